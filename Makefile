# `make run` shows the product, `make test` is everything that must hold. Both need Python 3.11+ and make, nothing else.

BIN := .venv/bin

# A stamp is named after its lock file's content: a new lock is a new stamp, a mere touch is none.
stamp = .venv/.$(1)-$(firstword $(shell cksum < $(1)))
RUN := $(call stamp,requirements.lock)
DEV := $(call stamp,requirements-dev.lock)

.PHONY: run test check bench lock format dev

run: $(RUN)
	@exec $(BIN)/python manage.py serve

test:
	@exec bash tests/run.sh

check: $(DEV)
	$(BIN)/ruff format --check --output-format concise .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	env $(THROWAWAY) $(BIN)/python manage.py check --deploy --fail-level WARNING
	env DJANGO_SETTINGS_MODULE=govern.settings.test $(BIN)/python manage.py makemigrations --check --dry-run

# Just enough for the production settings to load; nothing is ever encrypted or reached with it.
THROWAWAY := DJANGO_SETTINGS_MODULE=govern.settings.prod \
	SECRET_KEY=throwaway-0123456789-abcdefghijklmnopqrstuvwxyz-throwaway-0123456789 \
	FIELD_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= INDEX_KEY=throwaway \
	ALLOWED_HOSTS=localhost PUBLIC_URL=https://localhost \
	DATABASE_URL=postgres://localhost/throwaway REDIS_URL=redis://localhost/0

bench: $(DEV)
	@found=; for file in bench/[a-z]*.py; do \
		[ -e "$$file" ] || continue; found=1; echo "== $$file"; \
		$(BIN)/python -m "bench.$$(basename "$$file" .py)" || exit 1; \
	done; [ "$$found" ] || echo "bench/ holds no measurement yet"

format: $(DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# `make lock` keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest.
COMPILE = var/uv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet $(UPGRADE)
lock: $(BIN)/python
	@[ -x var/uv/bin/uv ] || { $(BIN)/python -m venv var/uv && var/uv/bin/python -m pip install -q uv; }
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock

dev: $(DEV)

$(RUN): LOCK := requirements.lock
$(DEV): LOCK := requirements-dev.lock
$(RUN) $(DEV): | $(BIN)/python
	@echo "正在按 $(LOCK) 安装依赖，首次约需一分钟……"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(LOCK)
	@rm -f .venv/.$(LOCK)-* && touch $@

$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		&& exec $$python -m venv --clear .venv; \
	done; \
	echo "Python 3.11+ with venv is needed (Debian, Ubuntu: apt install python3 python3-venv) / 需要带 venv 的 Python 3.11 或更新版本" >&2; exit 1
