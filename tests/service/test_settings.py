"""What the service is told from outside is checked before it starts."""

from __future__ import annotations

import pytest

from brikopt.errors import BadInput
from service.access.grants import Grant, Role
from service.access.groups import read_groups
from service.settings import settings_for


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BRIKOPT_OIDC_ISSUER", "http://login.region.dk", "only https is safe"),
        ("BRIKOPT_OIDC_ISSUER", "https://login.region.dk", "must know the service"),
        ("BRIKOPT_OIDC_SCOPES", "profile", "openid must be among them"),
        ("BRIKOPT_PUBLIC_URL", "brik.region.dk", "write it like https://"),
        ("BRIKOPT_KEEP_RUNS", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_told(monkeypatch, name, value, says):
    """The message says which and why; the secret among the others stays out of it."""
    monkeypatch.setenv("BRIKOPT_OIDC_CLIENT_SECRET", "hemmelig-streng")
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=says) as refused:
        settings_for()
    assert "BRIKOPT_" in str(refused.value)
    assert "hemmelig" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        '[[grants]]\ngroup = "a"\nrole = "chief"',
        '[[grants]]\ngroup = "a"\nrole = "reader"\nunit = "b"',
        '[[grants]]\ngroup = "a"\nrole = "reader"',
        '[[grants]]\ngroup = "a"\nrole = "reader"\nwards = []',
        "[[grants]",
        "a = 1",
    ],
)
def test_a_file_of_groups_with_a_mistake_is_refused(tmp_path, text):
    """A role or key that isn't known, or no TOML: never a grant that is wider than meant."""
    (tmp_path / "groups.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"groups\.toml"):
        read_groups(tmp_path / "groups.toml")


def test_a_group_gives_its_grants_and_others_nothing(tmp_path):
    """Of two grants of one group both, each once; of an unknown group none; without a file none at all."""
    piece = '[[grants]]\ngroup = "a"\nrole = "{}"\nunits = ["Kirurgi"]\n'
    text = piece.format("reader") + piece.format("logistics") + piece.format("reader")
    (tmp_path / "groups.toml").write_text(text, encoding="utf-8")
    unit = frozenset({"Kirurgi"})
    groups = read_groups(tmp_path / "groups.toml")
    assert groups.of(["a", "b"]) == (Grant(Role.READER, unit), Grant(Role.LOGISTICS, unit))
    assert groups.of(["b"]) == groups.of([]) == read_groups(None).of(["a"]) == ()
