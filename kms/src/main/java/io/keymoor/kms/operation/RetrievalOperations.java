package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyWrappingSpecification;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Check;
import io.keymoor.kmip.operation.Export;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributeList;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.GetUsageAllocation;
import io.keymoor.kmip.operation.ObtainLease;
import io.keymoor.kmip.vocabulary.KeyCompressionType;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.KeyWrapType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.KeyForm;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import io.keymoor.kms.object.Vault;
import io.keymoor.kms.policy.Right;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Get, Export, Get Attributes, Get Attribute List, Check, Obtain Lease, Get Usage Allocation. */
final class RetrievalOperations {
  private final Access access;
  private final Vault vault;
  private final WrappingKeys wrappingKeys;

  RetrievalOperations(Access access, Vault vault, WrappingKeys wrappingKeys) {
    this.access = access;
    this.vault = vault;
    this.wrappingKeys = wrappingKeys;
  }

  Get.Result get(Get request, BatchContext context) {
    StoredObject stored = access.alive(context, request.object(), Right.OBTAIN);
    ManagedObject object =
        open(
            stored,
            request.format(),
            request.wrapType(),
            request.compression(),
            request.wrapping(),
            context);
    if (stored.first(AttributeTypes.FRESH).orElse(false)) {
      context.workspace().update(stored, stored.with(AttributeTypes.FRESH, false));
    }
    return new Get.Result(stored.type(), stored.id(), object);
  }

  Export.Result export(Export request, BatchContext context) {
    StoredObject stored = access.alive(context, request.object(), Right.OBTAIN);
    ManagedObject object =
        open(
            stored,
            request.format(),
            request.wrapType(),
            request.compression(),
            request.wrapping(),
            context);
    return new Export.Result(
        stored.type(),
        stored.id(),
        new Attributes(AttributeView.all(stored, context.now(), context.version())),
        object);
  }

  private ManagedObject open(
      StoredObject stored,
      Optional<KeyFormatType> format,
      Optional<KeyWrapType> wrapType,
      Optional<KeyCompressionType> compression,
      Optional<KeyWrappingSpecification> wrapping,
      BatchContext context) {
    requireObtainable(stored, wrapping);
    if (compression
        .filter(it -> !it.equals(KeyCompressionType.EC_PUBLIC_KEY_TYPE_UNCOMPRESSED))
        .isPresent()) {
      throw new KmipFailure(
          ResultReason.KEY_COMPRESSION_TYPE_NOT_SUPPORTED, "This server compresses no keys.");
    }
    ManagedObject opened = vault.open(stored.id(), stored.material().orElseThrow());
    Optional<KeyFormatType> other = format.filter(form -> !hasForm(opened, form));
    if (other.isEmpty() && wrapping.isEmpty()) {
      requireWrapType(opened, wrapType);
      return opened;
    }
    try (opened) {
      requireWrapType(opened, wrapType);
      if (other.isEmpty()) {
        return wrappingKeys.wrapped(opened, stored, wrapping.orElseThrow(), context);
      }
      ManagedObject converted = KeyForm.in(opened, other.get());
      if (wrapping.isEmpty()) {
        return converted;
      }
      try (converted) {
        return wrappingKeys.wrapped(converted, stored, wrapping.get(), context);
      }
    }
  }

  private static boolean hasForm(ManagedObject object, KeyFormatType form) {
    return object.keyBlock().map(block -> block.format().equals(form)).orElse(true);
  }

  private static void requireWrapType(ManagedObject object, Optional<KeyWrapType> wrapType) {
    boolean wrapped = object.keyBlock().flatMap(KeyBlock::wrapping).isPresent();
    if (wrapped && wrapType.equals(Optional.of(KeyWrapType.NOT_WRAPPED))) {
      object.close();
      throw new KmipFailure(
          ResultReason.KEY_WRAP_TYPE_NOT_SUPPORTED,
          "The key is kept wrapped, as it was registered.");
    }
  }

  private static void requireObtainable(
      StoredObject stored, Optional<KeyWrappingSpecification> wrapping) {
    if (!stored.first(AttributeTypes.EXTRACTABLE).orElse(true)) {
      throw new KmipFailure(ResultReason.NOT_EXTRACTABLE, "The object is not extractable.");
    }
    if (stored.first(AttributeTypes.SENSITIVE).orElse(false) && wrapping.isEmpty()) {
      throw new KmipFailure(
          ResultReason.SENSITIVE, "The object is sensitive; it leaves this server wrapped only.");
    }
  }

  GetAttributes.Result getAttributes(GetAttributes request, BatchContext context) {
    StoredObject stored = access.any(context, request.object(), Right.SEE);
    List<Attribute<?>> all = AttributeView.all(stored, context.now(), context.version());
    if (request.names().isEmpty()) {
      return new GetAttributes.Result(stored.id(), new Attributes(all));
    }
    List<Attribute<?>> chosen = new ArrayList<>();
    Set<AttributeType<?>> seen = new HashSet<>();
    for (AttributeType<?> name : request.names()) {
      if (!seen.add(name)) {
        throw new KmipFailure(
            ResultReason.INVALID_MESSAGE, "The request names an attribute more than once.");
      }
      all.stream().filter(attribute -> attribute.type().equals(name)).forEach(chosen::add);
    }
    return new GetAttributes.Result(stored.id(), new Attributes(chosen));
  }

  GetAttributeList.Result getAttributeList(GetAttributeList request, BatchContext context) {
    StoredObject stored = access.any(context, request.object(), Right.SEE);
    List<AttributeType<?>> names = new ArrayList<>();
    for (Attribute<?> attribute : AttributeView.all(stored, context.now(), context.version())) {
      if (!names.contains(attribute.type())) {
        names.add(attribute.type());
      }
    }
    return new GetAttributeList.Result(stored.id(), names);
  }

  /** Answers what the policy does not allow; nothing but the identifier when all is allowed. */
  Check.Result check(Check request, BatchContext context) {
    StoredObject stored = access.onLine(context, request.object(), Right.SEE);
    int allowed = stored.first(AttributeTypes.CRYPTOGRAPHIC_USAGE_MASK).orElse(0);
    Optional<Long> left =
        stored
            .first(AttributeTypes.USAGE_LIMITS)
            .map(limits -> limits.count().orElse(limits.total()));
    return new Check.Result(
        stored.id(),
        request.usageLimitsCount().filter(wanted -> left.isPresent() && wanted > left.get()),
        request.usageMask().filter(mask -> (allowed & mask) != mask),
        request.leaseTime().filter(wanted -> wanted.compareTo(NewObject.LEASE) > 0));
  }

  ObtainLease.Result obtainLease(ObtainLease request, BatchContext context) {
    StoredObject stored = access.onLine(context, request.object(), Right.USE);
    if (stored.isDestroyed() || stored.first(AttributeTypes.LEASE_TIME).isEmpty()) {
      throw new KmipFailure(
          ResultReason.PERMISSION_DENIED, "There is no lease to be had for this object.");
    }
    return new ObtainLease.Result(
        stored.id(),
        NewObject.LEASE,
        stored.first(AttributeTypes.LAST_CHANGE_DATE).orElse(context.now()));
  }

  GetUsageAllocation.Result getUsageAllocation(GetUsageAllocation request, BatchContext context) {
    StoredObject stored = access.onLine(context, request.object(), Right.USE);
    if (stored.first(AttributeTypes.USAGE_LIMITS).isEmpty()) {
      throw new KmipFailure(
          ResultReason.ATTRIBUTE_NOT_FOUND,
          ResultReason.ILLEGAL_OPERATION,
          "The object has no usage limits.");
    }
    context.workspace().update(stored, UsageCount.taken(stored, request.usageLimitsCount()));
    return new GetUsageAllocation.Result(stored.id());
  }
}
