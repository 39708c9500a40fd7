"""The rules of the house that a machine can hold."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
APPS = [
    *("govern", "accounts", "organizations", "cadres", "grids", "volunteers", "checklists", "patrols"),
    *("deliberations", "dashboards"),
]
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + [
    path for app in APPS for path in sorted((ROOT / app).rglob("templates/**/*.html"))
]
NAMES_OF_NOTHING = {
    "utils.py",
    "helpers.py",
    "managers.py",
    "selectors.py",
    "signals.py",
    "constants.py",
    "mixins.py",
}
BIN = Path(sys.executable).parent


def named(path):
    return str(path.relative_to(ROOT))


def python(*arguments, **environment):
    """A bare interpreter: of this process's environment only what finds programs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=60
    )


class TestImports:
    def test_contract_is_kept(self, tmp_path):
        report = subprocess.run(
            [BIN / "lint-imports", "--cache-dir", tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=120
        )
        assert report.returncode == 0, report.stdout + report.stderr

    def test_every_app_is_under_the_contract(self):
        own = {path.parent.name for path in ROOT.glob("*/apps.py")}
        assert own == set(APPS)


class TestModels:
    @pytest.mark.django_db
    def test_migrations_are_complete(self, capsys):
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)


class TestSources:
    def test_no_name_of_nothing(self):
        assert [named(path) for path in SOURCES if path.name in NAMES_OF_NOTHING] == []

    def test_status_is_written_by_services_alone(self):
        found = []
        for path in SOURCES:
            if "services" in path.parts or path.name == "services.py" or "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                    found.append(f"{named(path)}:{node.lineno}")
                is_update = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update"
                if is_update and any(keyword.arg == "status" for keyword in node.keywords):
                    found.append(f"{named(path)}:{node.lineno}")
        assert found == []

    def test_own_models_have_no_save_and_no_receivers(self):
        found = []
        for path in SOURCES:
            text = path.read_text()
            if re.search(r"post_save|pre_save\.connect|@receiver", text):
                found.append(named(path))
            if "models" in path.parts and re.search(r"def (save|delete)\(", text):
                found.append(named(path))
        assert found == []

    def test_engine_is_pure(self):
        """Told by running it: the contract reads imports, this one has no Django at all."""
        engines = "checklists.matching.solver, organizations.workdays, cadres.ladder"
        code = f"import sys, {engines}; sys.exit('django' in sys.modules)"
        assert python("-c", code).returncode == 0


def settings_answer(module, expression, **environment):
    code = f"from govern.settings import {module} as s; print(({expression}))"
    return python("-c", code, **environment)


PROD = {
    "SECRET_KEY": "x" * 60,
    "FIELD_KEYS": "A" * 43 + "=",
    "INDEX_KEY": "y" * 40,
    "ALLOWED_HOSTS": "example.test",
    "PUBLIC_URL": "https://example.test",
    "DATABASE_URL": "postgres://localhost/x",
    "REDIS_URL": "redis://localhost/0",
}


class TestSettings:
    def test_base_is_safe(self, tmp_path):
        answer = settings_answer(
            "base", "s.DEBUG, s.SECRET_KEY, s.PASSWORD_HASHERS[0].rsplit('.')[-1]", VAR_DIR=str(tmp_path)
        )
        assert answer.stdout.strip() == "(False, '', 'Argon2PasswordHasher')", answer.stderr

    def test_prod_starts_with_everything(self, tmp_path):
        answer = settings_answer("prod", "s.DEBUG, s.SECURE_SSL_REDIRECT", VAR_DIR=str(tmp_path), **PROD)
        assert answer.stdout.strip() == "(False, True)", answer.stderr

    @pytest.mark.parametrize("missing", PROD)
    def test_prod_refuses_to_start_without(self, missing, tmp_path):
        present = {name: value for name, value in PROD.items() if name != missing}
        answer = settings_answer("prod", "1", VAR_DIR=str(tmp_path), **present)
        assert answer.returncode != 0 and missing in answer.stderr

    @pytest.mark.parametrize("empty", ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEY"])
    def test_prod_refuses_an_empty_secret(self, empty, tmp_path):
        code = "import django; django.setup(); from django.conf import settings as s; s.SECRET_KEY; from govern.fields "
        code += "import blind_index, _cipher; blind_index('x'); _cipher(tuple(s.FIELD_KEYS))"
        answer = python(
            "-c",
            code,
            **{**PROD, empty: "", "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "govern.settings.prod"},
        )
        assert answer.returncode != 0

    def test_entrances_default_to_prod(self):
        for path in ("govern/wsgi.py", "govern/celery.py"):
            assert 'setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.prod")' in (ROOT / path).read_text()


# What Unfold's own pages need; ours live under a policy that would not run it.
class TestTemplates:
    @pytest.mark.parametrize("path", TEMPLATES, ids=named)
    def test_nothing_inline(self, path):
        text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)
        found = [
            *re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", text),
            *re.findall(r"<style\b[^>]*>", text),
            *re.findall(r"<[a-z][^<>]*\sstyle\s*=", text),
            *re.findall(r"<[a-z][^<>]*\son[a-z]+\s*=", text),
            *re.findall(r"javascript:", text),
            *re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//", text),
        ]
        assert found == []


class TestLockFiles:
    def test_no_address_is_recorded(self):
        names = ["requirements.lock", "requirements-dev.lock", "package-lock.json"]
        for path in (ROOT / name for name in names):
            assert not re.findall(r"https?://\S+|--(?:extra-)?index-url.*", without_funding(path.read_text())), (
                path.name
            )

    def test_every_requirement_is_hashed(self):
        for name in ("requirements.lock", "requirements-dev.lock"):
            text = (ROOT / name).read_text()
            pins = re.findall(r"^[a-z0-9].*==.*$", text, flags=re.MULTILINE | re.IGNORECASE)
            assert pins and all(pin.rstrip().endswith("\\") for pin in pins)


def without_funding(text):
    """A package's own page where it asks for money is no place to download from."""
    return re.sub(r'"funding": \{[^}]*\}|"funding": \[[^\]]*\]', "", text)
