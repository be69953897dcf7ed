# A thin wrapper around make.py, which does the work (and runs on Windows too).
PYTHON ?= python3

book test quick lint coverage links newest pdf epub clean lock picture:
	@$(PYTHON) make.py $@

# make lab ARGS="--port=9999 --no-browser"
lab:
	@$(PYTHON) make.py lab $(ARGS)

# make preview CHAPTER=chain-rule
preview:
	@$(PYTHON) make.py preview $(CHAPTER)

.PHONY: book test quick lint coverage links newest pdf epub lab clean lock picture preview
