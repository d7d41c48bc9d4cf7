"""PyKMIP's server, with its configuration written beside it. Arguments: directory and port."""
import os
import sys

directory, port = sys.argv[1], sys.argv[2]
path = os.path.join(directory, 'server.conf')
os.makedirs(os.path.join(directory, 'policy'), exist_ok=True)
with open(path, 'w') as file:
    file.write('\n'.join([
        '[server]',
        'hostname=127.0.0.1',
        'port=' + port,
        'certificate_path=' + os.path.join(directory, 'server.pem'),
        'key_path=' + os.path.join(directory, 'server.key'),
        'ca_path=' + os.path.join(directory, 'ca.pem'),
        'auth_suite=TLS1.2',
        'policy_path=' + os.path.join(directory, 'policy'),
        'enable_tls_client_auth=True',
        'tls_cipher_suites=ECDHE-ECDSA-AES256-GCM-SHA384',
        'logging_level=INFO',
        'database_path=' + os.path.join(directory, 'pykmip.db'),
    ]))

from kmip.services.server import KmipServer

with KmipServer(config_path=path, log_path=os.path.join(directory, 'server.log')) as server:
    print('serving', flush=True)
    server.serve()
