"""A plugin for pytest that points hvac's own integration tests at a served lapse.

    cd hvac-2.3.0 && LAPSE=.../lapse pytest -p hvac_plugin tests/integration_tests

hvac starts a server for each class of tests; here that is `lapse serve`. Tests that
hvac_expected_failures.txt names, by the start of their path, may fail: each line has the reason.
"""

import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ESTATE = "lapse: 1\nname: hvac\n"
# What hvac takes the server for: what its tests ask of newer ones is asked too.
VERSION = "1.14.0"


class ServedManager:
    """What hvac's ServerManager does, with lapse."""

    def __init__(self, config_paths, client=None, use_consul=False, patch_config=True):
        self.client = client
        self.keys = None
        self.root_token = None
        self.address = None
        self.process = None

    def start(self):
        from tests import utils
        folder = pathlib.Path(os.environ["HVAC_FOLDER"])
        estate = folder / "estate.yaml"
        estate.write_text(ESTATE)
        self.process = subprocess.Popen(
            [os.environ["LAPSE"], "serve", str(estate), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        lines = [self.process.stdout.readline().strip() for _ in range(3)]
        self.address = lines[0].removeprefix("listening on ")
        self.keys = [lines[1].removeprefix("Unseal Key: ")]
        self.root_token = lines[2].removeprefix("Root Token: ")
        self.client = utils.create_client(url=self.address)

    def initialize(self):
        self.client.token = self.root_token

    def unseal(self):
        self.client.sys.submit_unseal_keys(self.keys)

    def stop(self):
        self.client = None
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.communicate()

    def restart_vault_cluster(self, perform_init=True):
        self.stop()
        self.start()
        if perform_init:
            self.initialize()

    def get_active_vault_addresses(self):
        return [self.address]


def pytest_configure(config):
    from tests import utils
    from tests.utils import hvac_integration_test_case, server_manager
    utils.get_vault_version_string.cache = VERSION
    server_manager.ServerManager = ServedManager
    hvac_integration_test_case.ServerManager = ServedManager


def pytest_ignore_collect(collection_path):
    # It starts an LDAP server of its own, in Java.
    return True if collection_path.name == "test_ldap.py" else None


def expected_failures():
    result = []
    for line in (HERE / "hvac_expected_failures.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            test, _, reason = line.partition("  ")
            result.append((test.strip(), reason.strip()))
    return result


def pytest_collection_modifyitems(items):
    known = expected_failures()
    for item in items:
        name = item.nodeid.removeprefix("tests/integration_tests/")
        for test, reason in known:
            if name.startswith(test):
                item.add_marker(pytest.mark.xfail(reason=reason, strict=False))
