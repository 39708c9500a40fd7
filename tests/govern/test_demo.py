import json

import pytest
from django.contrib.auth import get_user_model

from govern.demo import demo_accounts, demo_password
from govern.management.commands.serve import Command


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    return settings.VAR_DIR


class TestDemoPassword:
    def test_random_one_is_made_once_and_readable_by_its_owner_alone(self, folder):
        password = demo_password()
        assert len(password) == 12
        assert demo_password() == password
        assert (folder / "demo_password").stat().st_mode & 0o777 == 0o600

    def test_given_one_wins_and_is_kept(self, monkeypatch):
        demo_password()
        monkeypatch.setenv("DEMO_PASSWORD", "given-by-hand")
        assert demo_password() == "given-by-hand"
        monkeypatch.delenv("DEMO_PASSWORD")
        assert demo_password() == "given-by-hand"


@pytest.mark.django_db
class TestDemoAccounts:
    @pytest.fixture(autouse=True)
    def accounts(self, folder):
        self.user = get_user_model().objects.create_user("clerk", "made-with-this", name="李敏")
        folder.mkdir()
        told = {"name": "李敏", "role": "社区工作人员", "start": "/admin/"}
        told = [{"username": username, **told} for username in ("clerk", "elsewhere")]
        (folder / "demo_accounts.json").write_text(json.dumps(told))

    def test_none_were_left_to_be_told(self, folder):
        (folder / "demo_accounts.json").unlink()
        assert demo_accounts() == []

    def test_announced_are_those_that_this_database_has(self, capsys, monkeypatch):
        monkeypatch.setenv("PUBLIC_URL", "http://192.0.2.7:8000")
        monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the test's own connection
        Command().announce("http://127.0.0.1:8000")
        told = capsys.readouterr().out
        assert "李敏" in told and "clerk" in told and "elsewhere" not in told
        assert demo_password() in told and "http://192.0.2.7:8000/" in told

    def test_given_password_holds_for_them_from_the_next_start_on(self, monkeypatch):
        monkeypatch.setenv("DEMO_PASSWORD", "given-by-hand")
        Command().renew_passwords()
        self.user.refresh_from_db()
        assert self.user.check_password("given-by-hand")
