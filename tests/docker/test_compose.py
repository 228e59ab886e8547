"""What compose.yaml promises: pinned, not root, loopback only, and the FHIR server of docker/hapi by other means."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

DOCKER = Path(__file__).resolve().parents[2] / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HAPI_SETTINGS: dict[str, Any] = yaml.safe_load(
    (DOCKER / "hapi" / "src" / "main" / "resources" / "application.yaml").read_text(encoding="utf-8")
)
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
SECRETS = ("PASSWORD", "ID_KEY", "LEDGER_KEY", "SESSION_KEY")


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Keys as Spring sees them, however the file nests them."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        name = f"{prefix}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


def has_compose() -> bool:
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_full_version(name: str) -> None:
    assert re.search(r":v?\d+\.\d+(\.\d+)?([.-]|$)", SERVICES[name]["image"])


def test_every_base_image_is_pinned_to_a_full_version() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases[0])


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_runs_as_root_or_may_become_root(name: str) -> None:
    user = str(SERVICES[name]["user"])
    assert user == "postgres" or int(user.partition(":")[0]) > 0
    assert "no-new-privileges:true" in SERVICES[name]["security_opt"]
    assert not SERVICES[name].get("privileged")


def test_only_loopback_is_published_and_only_for_the_door_of_the_hub() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(published) == ["hub"]
    assert all(re.match(r"127\.0\.0\.1:\S+:8080$", port) for port in published["hub"])
    assert SERVICES["door"]["network_mode"] == "service:hub"
    assert "network_mode" not in SERVICES["hub"]


def test_the_hub_keeps_its_rule_to_bind_loopback_only() -> None:
    told = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert "HEIMVEG_HOST" not in told
    assert "HEIMVEG_HOST" not in DOCKERFILE
    assert "proxy_pass http://127.0.0.1:8040;" in (DOCKER / "door.conf").read_text(encoding="utf-8")


def test_database_and_fhir_server_are_in_a_network_without_a_way_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == SERVICES["hapi"]["networks"] == ["inside"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_the_environment_file_only(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if any(word in variable for word in SECRETS) or "://heimveg:" in str(value):
            assert "${" in value
            assert ":?see docker/env.example}" in value


def test_the_example_environment_file_names_every_variable_and_holds_no_value() -> None:
    example = (DOCKER / "env.example").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text(encoding="utf-8")))
    assert used == set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert re.findall(r"^[A-Z_]+=(.+)$", example, re.MULTILINE) == []


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ("hapi", "setup")])
def test_every_service_that_stays_has_a_healthcheck(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_nothing_is_served_before_the_fhir_server_has_our_profiles() -> None:
    for name in ("hub", "worker"):
        assert SERVICES[name]["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}
    assert SERVICES["setup"]["command"] == ["heimveg migrate && heimveg bootstrap"]


def test_workers_can_be_many() -> None:
    assert SERVICES["worker"]["deploy"]["replicas"] == "${HEIMVEG_WORKERS:-2}"


def test_the_image_is_installed_from_the_lock_file_with_hashes() -> None:
    assert "--require-hashes --no-deps -r requirements.lock" in DOCKERFILE
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "HEALTHCHECK" in DOCKERFILE


def test_both_fhir_servers_are_the_same_version() -> None:
    pom = ET.parse(DOCKER / "hapi" / "pom.xml")  # noqa: S314  our own file
    version = pom.findtext(".//{*}hapi.version")
    assert re.fullmatch(rf"hapiproject/hapi:v{re.escape(str(version))}-\d+", SERVICES["hapi"]["image"])


def test_both_fhir_servers_read_the_same_settings_file() -> None:
    service = SERVICES["hapi"]
    assert service["volumes"] == ["./hapi/src/main/resources/application.yaml:/app/config/application.yaml:ro"]
    assert (DOCKER / service["volumes"][0].partition(":")[0]).is_file()
    assert service["environment"]["SPRING_CONFIG_ADDITIONAL_LOCATION"] == "file:/app/config/application.yaml"


def test_compose_overrides_no_setting_that_the_shared_file_makes_but_the_address() -> None:
    shared = {re.sub(r"[-_]", "", name).replace(".", "").lower() for name in flat(HAPI_SETTINGS)}
    overrides = {
        variable for variable in SERVICES["hapi"]["environment"] if variable.replace("_", "").lower() in shared
    }
    assert overrides == {"SERVER_ADDRESS"}


def test_the_fhir_server_is_set_up_as_the_hub_needs_it() -> None:
    settings = flat(HAPI_SETTINGS)
    assert settings["hapi.fhir.reuse_cached_search_results_millis"] == 0
    assert settings["hapi.fhir.store_meta_source_information"] == "SOURCE_URI"
    assert settings["hapi.fhir.subscription.resthook_enabled"] is False
    assert settings["spring.flyway.enabled"] is False
    assert settings["spring.jpa.properties.hibernate.search.enabled"] is False
    assert settings["server.address"] == "127.0.0.1"


@pytest.mark.skipif(not has_compose(), reason="the docker client has no compose plugin here")
def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    secrets = tmp_path / "env"
    example = (DOCKER / "env.example").read_text(encoding="utf-8")
    secrets.write_text(re.sub(r"=$", "=" + "0" * 64, example, flags=re.MULTILINE), encoding="utf-8")
    command = ["docker", "compose", "--env-file", str(secrets), "-f", str(DOCKER / "compose.yaml"), "config", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
