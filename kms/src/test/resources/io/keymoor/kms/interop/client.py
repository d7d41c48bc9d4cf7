"""PyKMIP's client against the server under test: prints one line for each thing that worked."""
import sys

from kmip.core import enums
from kmip.core.attributes import Name
from kmip.core.factories.attributes import AttributeFactory
from kmip.pie import objects
from kmip.pie.client import ProxyKmipClient

port, cert, key, ca = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
attributes = AttributeFactory()
mask = [enums.CryptographicUsageMask.ENCRYPT, enums.CryptographicUsageMask.DECRYPT]

for version in (enums.KMIPVersion.KMIP_1_0, enums.KMIPVersion.KMIP_1_1, enums.KMIPVersion.KMIP_1_2,
                enums.KMIPVersion.KMIP_1_3, enums.KMIPVersion.KMIP_1_4, enums.KMIPVersion.KMIP_2_0):
    with ProxyKmipClient(hostname='127.0.0.1', port=port, cert=cert, key=key, ca=ca,
                         ssl_version='PROTOCOL_SSLv23',
                         config_file='/dev/null', kmip_version=version) as client:
        name = 'pykmip-' + version.name
        uid = client.create(enums.CryptographicAlgorithm.AES, 256, name=name,
                            cryptographic_usage_mask=mask)
        made = client.get(uid)
        assert len(made.value) == 32, made
        assert uid in client.locate(attributes=[
            attributes.create_attribute(
                enums.AttributeType.NAME,
                Name.create(name, enums.NameType.UNINTERPRETED_TEXT_STRING))])
        client.activate(uid)
        uid2 = client.register(objects.SecretData(b'secret', enums.SecretDataType.PASSWORD,
                                                  name=name + '-secret'))
        assert client.get(uid2).value == b'secret'
        names = client.get_attribute_list(uid)
        assert 'Cryptographic Algorithm' in names, names
        client.revoke(enums.RevocationReasonCode.CESSATION_OF_OPERATION, uid)
        client.destroy(uid)
        client.destroy(uid2)
        print(version.name, 'ok')

with ProxyKmipClient(hostname='127.0.0.1', port=port, cert=cert, key=key, ca=ca,
                     config_file='/dev/null', kmip_version=enums.KMIPVersion.KMIP_1_4) as client:
    public, private = client.create_key_pair(enums.CryptographicAlgorithm.RSA, 2048,
                                             public_usage_mask=[enums.CryptographicUsageMask.VERIFY],
                                             private_usage_mask=[enums.CryptographicUsageMask.SIGN])
    client.activate(private)
    client.activate(public)
    how = {'padding_method': enums.PaddingMethod.PKCS1v15,
           'hashing_algorithm': enums.HashingAlgorithm.SHA_256,
           'cryptographic_algorithm': enums.CryptographicAlgorithm.RSA}
    signature = client.sign(b'message', uid=private, cryptographic_parameters=how)
    assert client.signature_verify(b'message', signature, uid=public,
                                   cryptographic_parameters=how) == enums.ValidityIndicator.VALID
    print('sign ok')
    uid = client.create(enums.CryptographicAlgorithm.AES, 256, cryptographic_usage_mask=mask)
    client.activate(uid)
    how = {'block_cipher_mode': enums.BlockCipherMode.CBC,
           'padding_method': enums.PaddingMethod.PKCS5}
    text, _ = client.encrypt(b'sixteen bytes..!', uid=uid, cryptographic_parameters=how,
                             iv_counter_nonce=b'\x01' * 16)
    assert client.decrypt(text, uid=uid, cryptographic_parameters=how,
                          iv_counter_nonce=b'\x01' * 16) == b'sixteen bytes..!'
    print('encrypt ok')
