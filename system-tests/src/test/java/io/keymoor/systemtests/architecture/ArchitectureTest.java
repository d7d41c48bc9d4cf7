package io.keymoor.systemtests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The structure a newcomer relies on: which module may know which, and where the sharp tools are.
 */
@AnalyzeClasses(packages = "io.keymoor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> PRODUCT = resideInAPackage("io.keymoor..");

  @ArchTest static final ArchRule secretKnowsTheJdkOnly = module("secret");
  @ArchTest static final ArchRule loggingStandsAlone = module("logging");
  @ArchTest static final ArchRule databaseStandsAlone = module("database");
  @ArchTest static final ArchRule cryptoKnowsSecretOnly = module("crypto", "secret");
  @ArchTest static final ArchRule tpmKnowsSecretOnly = module("tpm", "secret");
  @ArchTest static final ArchRule ttlvStandsAlone = module("ttlv");
  @ArchTest static final ArchRule kmipKnowsTtlv = module("kmip", "ttlv", "secret", "crypto");

  @ArchTest
  static final ArchRule kmsIsAProductOfItsOwn =
      module("kms", "secret", "crypto", "database", "tpm", "ttlv", "kmip");

  @ArchTest static final ArchRule diskKnowsSecretAndCrypto = module("disk", "secret", "crypto");

  @ArchTest
  static final ArchRule providerKnowsKeysAndKmip =
      module("provider", "secret", "crypto", "kmip", "ttlv");

  @ArchTest static final ArchRule hypervisorKnowsSecretOnly = module("hypervisor", "secret");
  @ArchTest static final ArchRule protocolKnowsCrypto = module("protocol", "secret", "crypto");

  @ArchTest
  static final ArchRule hostKnowsItsParts =
      module("host", "secret", "crypto", "tpm", "disk", "provider", "hypervisor", "protocol");

  @ArchTest
  static final ArchRule managerNeverSeesDisksOrHypervisors =
      module("manager", "secret", "crypto", "database", "tpm", "provider", "protocol");

  /** It judges TPMs of others; it has none. */
  @ArchTest
  static final ArchRule managerUsesNoTpm =
      noClasses()
          .that()
          .resideInAPackage("io.keymoor.manager..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.keymoor.tpm", "io.keymoor.tpm.lab.."));

  @ArchTest static final ArchRule theCommandLineKnowsRestOnly = module("cli");

  @ArchTest
  static final ArchRule managerDomainIsFreeOfFrameworks =
      classes()
          .that()
          .resideInAPackage("io.keymoor.manager.domain..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "javax.crypto..",
                  "org.jspecify..",
                  "io.keymoor.secret..",
                  "io.keymoor.crypto..",
                  "io.keymoor.tpm.credential..",
                  "io.keymoor.provider..",
                  "io.keymoor.manager.domain.."));

  @ArchTest
  static final ArchRule managerAdaptersDoNotKnowEachOther =
      slices()
          .matching("io.keymoor.manager.(store|tasks|link|rest|web)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule sqlStaysInTheStore =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.keymoor.database..",
              "io.keymoor.manager.store..",
              "io.keymoor.kms.store..",
              "io.keymoor.manager.app..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "org.jdbi..", "com.zaxxer..", "org.flywaydb..", "org.postgresql.."));

  @ArchTest
  static final ArchRule onlyBordersSpeakHttp =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.keymoor.manager.rest..",
              "io.keymoor.manager.web..",
              "io.keymoor.manager.link..",
              "io.keymoor.manager.app..",
              "io.keymoor.host.link..",
              "io.keymoor.kms")
          .should()
          .dependOnClassesThat(resideInAPackage("io.helidon.."));

  @ArchTest
  static final ArchRule bouncyCastleStaysInCrypto =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.keymoor.crypto..")
          .should()
          .dependOnClassesThat(resideInAPackage("org.bouncycastle.."));

  @ArchTest
  static final ArchRule nativeCodeStaysBehindTheHypervisor =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.keymoor.hypervisor..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("com.sun.jna..", "org.libvirt.."));

  @ArchTest
  static final ArchRule processesAreStartedForHypervisorsAndTpmsOnly =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.keymoor.hypervisor..", "io.keymoor.tpm..", "io.keymoor.kms.lab..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.lang.ProcessBuilder")
          .orShould()
          .callMethod(Runtime.class, "exec", String[].class);

  /** It starts a process, and no product may. */
  @ArchTest
  static final ArchRule theKmsLabIsForTestsOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.keymoor.kms.lab..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.keymoor.kms.lab..");

  @ArchTest
  static final ArchRule foreignMemoryStaysInFewPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.keymoor.secret..", "io.keymoor.hypervisor..", "io.keymoor.disk.linux..")
          .should()
          .dependOnClassesThat(resideInAPackage("java.lang.foreign.."));

  @ArchTest
  static final ArchRule theDiskEngineDoesNotKnowWhatItRunsOn =
      noClasses()
          .that()
          .resideInAPackage("io.keymoor.disk..")
          .and()
          .resideOutsideOfPackages("io.keymoor.disk.linux..", "io.keymoor.disk.command..")
          .should()
          .dependOnClassesThat(resideInAPackage("io.keymoor.disk.linux.."));

  @ArchTest
  static final ArchRule clearKeyBytesAreReadInFewPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.keymoor.secret..",
              "io.keymoor.crypto..",
              "io.keymoor.tpm..",
              "io.keymoor.disk..",
              "io.keymoor.kmip..",
              "io.keymoor.kms..",
              "io.keymoor.hypervisor..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.keymoor.secret.ClearBytes");

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("io.keymoor.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .that(PRODUCT)
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager");

  private static ArchRule module(String name, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = "io.keymoor." + name + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = "io.keymoor." + others[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(allowed[0])
        .should()
        .dependOnClassesThat(PRODUCT.and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .as(
            "module "
                + name
                + " depends on nothing of the product but "
                + String.join(", ", allowed))
        .allowEmptyShould(true);
  }
}
