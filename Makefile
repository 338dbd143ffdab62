# Two commands do everything on a fresh Debian 12 machine with git and make: `make run` and `make test`.
PY := .venv/bin/python
# One Kivy program or server per worker and file: a file is never split. Five workers on two cores, since
# many tests wait; files in the order of tests/conftest.py, which mixes those that wait and those that compute.
PYTEST := $(PY) -m pytest -n 5 --dist loadfile --no-loadscope-reorder
CHECKS := build/checks.txt

.PHONY: run test types contracts bench soak map schema format setup setup-test setup-bench voice voice-clips

run: setup  ## the whole hall: server, kiosk, board, virtual printer; Ctrl-C ends it
	@exec $(PY) -m scripts.run_hall $(ARGS)

test: setup-test  ## format, lint, types, import contracts, every test: what CI calls
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	@$(MAKE) --no-print-directory -k types contracts >$(CHECKS) 2>&1 & checks=$$!; trap "kill $$checks" INT TERM; \
	echo "$(PYTEST)    (types and contracts beside it)"; \
	$(PYTEST); tests=$$?; wait $$checks; others=$$?; cat $(CHECKS); exit $$((tests || others))

types:
	$(PY) -m mypy

contracts:
	$(PY) .venv/bin/lint-imports --no-logo --cache-dir build/import_linter

bench: setup-bench  ## the benchmark: prints a table, writes bench/latest.json
	$(PY) -m bench $(ARGS)

soak: setup-test  ## the long runs: the same tests with their full counts
	SOAK=1 $(PYTEST) --timeout 7200

VOICE := build/voice/venv/bin/python
build/voice/venv.stamp: requirements-voice.txt
	$(PY) -m venv build/voice/venv
	$(VOICE) -m pip install -qq --no-input --disable-pip-version-check -r requirements-voice.txt
	touch $@

voice: setup build/voice/venv.stamp  ## numbers spoken as one phrase from now on; NUMBERS="A001-A120" makes these at once
	$(VOICE) -m scripts.voice setup
	$(if $(NUMBERS),$(VOICE) -m scripts.voice numbers $(NUMBERS))

voice-clips: setup build/voice/venv.stamp  ## the committed clips of display_board/clips, as far as they changed
	$(VOICE) -m scripts.voice clips

map: setup  ## docs/map.md from the module docstrings, docs/states.md from the state tables
	$(PY) -m scripts.map
	$(PY) -m scripts.states

schema: setup  ## queue_server/database/schema.sql, the golden copy of what all migrations make
	$(PY) -m scripts.schema

format: setup-test  ## put code into shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

setup:
	@scripts/setup.sh run
setup-test:
	@scripts/setup.sh test
setup-bench:
	@scripts/setup.sh bench
