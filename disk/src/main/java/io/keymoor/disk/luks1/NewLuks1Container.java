package io.keymoor.disk.luks1;

import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.luks.NewContainer;
import io.keymoor.secret.SecretBytes;
import java.util.Arrays;

/** A LUKS1 container with one keyslot that is being made. */
public final class NewLuks1Container implements NewContainer {
  private final Luks1Header header;
  private final byte[] material;
  private final SecretBytes volumeKey;

  NewLuks1Container(Luks1Header header, byte[] material, SecretBytes volumeKey) {
    this.header = header;
    this.material = material;
    this.volumeKey = volumeKey;
  }

  @Override
  public long areaBytes() {
    return header.payloadOffset();
  }

  @Override
  public int sectorBytes() {
    return Luks1Header.SECTOR;
  }

  @Override
  public SecretBytes volumeKey() {
    return volumeKey;
  }

  /** Header and key material as they will lie on disk, without the rest of the area. */
  public byte[] encodeArea() {
    byte[] bytes = header.encode();
    int materialAt = header.keyslots().getFirst().materialSector() * Luks1Header.SECTOR;
    byte[] area = Arrays.copyOf(bytes, materialAt + material.length);
    System.arraycopy(material, 0, area, materialAt, material.length);
    return area;
  }

  @Override
  public void writeKeyMaterial(ImageStorage file, long areaOffset) {
    long position = (long) header.keyslots().getFirst().materialSector() * Luks1Header.SECTOR;
    file.write(areaOffset + position, material, 0, material.length);
  }

  @Override
  public void writeHeader(ImageStorage file, long areaOffset) {
    byte[] bytes = header.encode();
    file.write(areaOffset, bytes, 0, bytes.length);
  }

  @Override
  public void close() {
    volumeKey.close();
  }
}
