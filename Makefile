# Everything a new machine needs is one command away: `make demo` and `make test` install what is missing,
# build, and run. `make help` lists the rest.

PREFIX ?= $(HOME)/.local
SCALE ?= 0.01
SEED ?= 0
CASES ?= 5000
SPARK_CASES ?= 200
SWIFT ?= swift
LECTERN = .build/release/lectern
BUILD = $(SWIFT) build -c release --product lectern

.PHONY: spark-test spark-demo check simulations sanitize-address sanitize-thread help demo test build program install dist bench lint fuzz sanitize monkey faults differential reference pictures dependencies clean

help:
	@echo 'make demo          build, simulate examples/seminar, run the whole seminar'
	@echo 'make test          build and run all tests'
	@echo 'make check         run all sessions and examples and compare them with their recordings (MOVIELENS=… for its data)'
	@echo 'make build         the program alone: $(LECTERN)'
	@echo 'make install       the program, its manual, completions and sessions below PREFIX ($(PREFIX))'
	@echo 'make dist          the same as dist/lectern-….tar.gz and dist/lectern_….deb, for machines without Swift'
	@echo 'make bench         time the program (BENCH=… for arguments)'
	@echo 'make fuzz          100,000 statements, files, models, sessions and keys that are broken (ROUNDS=… KINDS=…)'
	@echo 'make sanitize      the tests under the sanitizers of addresses, undefined behaviour and threads'
	@echo 'make simulations   how often intervals hold and tests err, on data whose truth is known (SIMULATIONS=…)'
	@echo 'make monkey        press 100,000 random keys in the viewer (KEYS=…)'
	@echo 'make faults        full disks, limits on memory and threads, Ctrl-C and kill -9 (TIMES=…)'
	@echo 'make differential  random cases in Lectern, polars and DuckDB, and files between them (CASES=$(CASES) FIRST=$(FIRST))'
	@echo 'make spark-test    random pipelines in Lectern and on Sail, a Spark server without Java (SPARK_CASES=$(SPARK_CASES))'
	@echo 'make spark-demo    start Spark on this machine and run the seminar with its tables there (needs 1 GB for Java)'
	@echo 'make reference     write docs/REFERENCE.md anew from the declarations'
	@echo 'make pictures      draw docs/images anew from screens of the program'
	@echo 'make lint          check the format of all sources, and the links of the documentation'

dependencies:
	@Scripts/packaging/install-dependencies

# The binary is handed out: it looks for libraries where the system does, not beside itself.
build: dependencies
	$(BUILD) --disable-local-rpath

demo: build
	$(LECTERN) simulate examples/seminar --scale $(SCALE) --seed $(SEED)
	$(LECTERN) run sessions/seminar.md --data examples/seminar

test:
	@Scripts/packaging/install-dependencies tmux tzdata
	$(SWIFT) build -c release --disable-xctest --build-tests
	@grep -m 1 'model name' /proc/cpuinfo || true
	@$(LECTERN) --version --verbose
	$(SWIFT) test -c release --disable-xctest --disable-testable-imports

# `install` and `dist` take a program that is built already where LECTERN names one: make dist LECTERN=…
ifeq ($(origin LECTERN),command line)
program:
else
program: build
endif

install: program
	Scripts/packaging/install-files '$(LECTERN)' '$(DESTDIR)$(PREFIX)'

# Every session against its recording, by the program itself; `make test` compares the same ones, in less time, in the
# tests. The tables of the shop are simulated where they are missing. MovieLens may not be handed out: MOVIELENS names a
# folder with ml-100k.inter.
MOVIELENS ?=
SESSIONS ?= examples sessions/seminar.md sessions/seminar.en.md sessions/homework.md sessions/homework.en.md \
  sessions/tour.md README.md
check: program
	@[ -d examples/seminar ] || $(LECTERN) simulate examples/seminar --scale $(SCALE) --seed $(SEED)
	@status=0; $(LECTERN) check $(SESSIONS) --data examples/seminar || status=$$?; \
	if [ -n '$(MOVIELENS)' ]; then $(LECTERN) check sessions/movielens.md --data '$(MOVIELENS)' || status=$$?; \
	else echo 'sessions/movielens.md: skipped, as MOVIELENS does not name a folder with ml-100k.inter'; fi; \
	exit $$status

dist: program
	@Scripts/packaging/install-dependencies dpkg-dev
	Scripts/packaging/make-packages '$(LECTERN)' dist

bench: dependencies
	$(SWIFT) run -c release benchmark $(BENCH)

# Statements, files, models, sessions and keys that nobody would give on purpose, about ROUNDS inputs of each KINDS, in
# processes of their own: one that traps, hangs or uses up its memory is named and kept below .build/fuzz. The seed is
# drawn and said, unless FUZZ_SEED gives it.
ROUNDS ?= 100000
KINDS ?=
JOBS ?= 2
fuzz: dependencies
	$(SWIFT) build -c release --product fuzz
	.build/release/fuzz $(KINDS) --rounds $(ROUNDS) --jobs $(JOBS) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

# Intervals and tests of `metrics` and `compare` on made-up data whose truth is known: ends with status 1 where an
# interval holds too seldom or too often, or where equal models are called different too often.
SIMULATIONS ?= 4000
simulations: dependencies
	$(SWIFT) build -c release --product simulations
	.build/release/simulations $(SIMULATIONS)

# Random keys on random tables and screens, and random actions whose pipelines must give what is shown.
KEYS ?= 100000
monkey: build
	LECTERN_MONKEY=$(KEYS) $(SWIFT) test -c release --disable-xctest --disable-testable-imports --no-parallel \
	  --filter 'aMonkeyCannotBreakIt|whateverIsDone'
	python3 Scripts/checks/viewer-monkey.py $(LECTERN) Tests/FormatsTests/Fixtures/polars_zstd.parquet --keys $(KEYS)

# Disks that fail, limits on memory, threads and files, Ctrl-C and kill -9 at random moments: each script ends with
# status 1 where something was not as it should be, and all of them run before make says so.
TIMES ?= 100
FAULT_SCALE ?= 0.1
# Limits on memory are those of tables that are much larger than the program.
MEMORY_SCALE ?= 1.0
faults: build
	@failed=''; run() { echo "# $$*"; "$$@" || failed="$$failed\n  $$*"; }; \
	data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; \
	$(LECTERN) simulate "$$data" --scale $(FAULT_SCALE) > /dev/null || exit 1; \
	mounting=$$([ "$$(id -u)" = 0 ] || echo 'unshare -rm'); \
	run $$mounting python3 Scripts/checks/check-failing-disks.py $(LECTERN); \
	run python3 Scripts/checks/check-limited-threads.py $(LECTERN); \
	run python3 Scripts/checks/check-limited-memory.py $(LECTERN) --scale $(MEMORY_SCALE); \
	run python3 Scripts/checks/interrupt-at-random.py "$$data" --program $(LECTERN) --times $(TIMES); \
	run python3 Scripts/checks/kill-at-random.py --program $(LECTERN) --times $(TIMES); \
	if [ -n "$$failed" ]; then printf "failed:$$failed\n"; exit 1; fi; echo 'all faults withstood'

# The tests under sanitizers, each in a build of its own: Swift and C with the sanitizer of addresses, and C with that of
# undefined behaviour (for Swift the compiler has none: its overflows, bounds and exclusive accesses trap by themselves),
# then all with the sanitizer of threads, which does not see the locks of Swift's Mutex (`Parallelism/Mutex.swift`). Both are
# optimised, since the numeric loops take hours otherwise. The first finding ends the tests. EndToEndTests are left out:
# they run the program of the release build; and MemoryTests: they measure a process's memory, of which sanitizers take
# more. Leaks are not looked for: the runtime of Swift keeps what it knows of types for as long as the process lives.
SANITIZED_TESTS ?= .
SANITIZED = --disable-xctest --filter '$(SANITIZED_TESTS)' --skip EndToEndTests --skip MemoryTests
sanitize: sanitize-address sanitize-thread

sanitize-address: dependencies
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 $(SWIFT) test -c release --disable-testable-imports $(SANITIZED) --scratch-path .build/sanitize-address \
	  --sanitize address -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined

sanitize-thread: dependencies
	TSAN_OPTIONS=halt_on_error=1 $(SWIFT) test -c release --disable-testable-imports $(SANITIZED) --scratch-path .build/sanitize-thread \
	  --sanitize thread -Xswiftc -DTHREAD_SANITIZER

# polars, DuckDB, pyarrow and pandas go into an environment of their own below .build, once for each choice of versions.
PEER = .build/peer
PEERS = polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1 pandas==3.1.1 numpy
PEERS_READY = $(PEER)/$(subst ==,-,$(subst $() ,_,$(PEERS)))
$(PEERS_READY):
	python3 -m venv --clear $(PEER)
	$(PEER)/bin/pip install --quiet $(PEERS)
	@touch '$@'

# Each of the five ends with status 1 where something differs, and all of them run before make says so.
FIRST ?= 0
FILES ?= 20
differential: build $(PEERS_READY)
	@failed=0; run() { echo "# $$*"; $(PEER)/bin/python "$$@" || failed=1; }; \
	run Scripts/differential/differential.py $(LECTERN) --cases $(CASES) --seed $(FIRST); \
	run Scripts/differential/text-files.py $(LECTERN) --seeds $(FILES) --seed $(FIRST); \
	run Scripts/differential/time-zones.py $(LECTERN) --seed $(FIRST); \
	run Scripts/comparisons/round-trip-files.py $(LECTERN) --rows 3001; \
	run Scripts/checks/round-trip-arrow.py $(LECTERN) --seed $(FIRST); \
	exit $$failed

# Sail speaks Spark Connect, starts in half a second, and needs no Java. Where it cannot be had, that is said, and nothing
# is compared; LECTERN=… takes a program that is built already.
SPARK_PEERS = pysail==0.7.2 polars==2.1.0 duckdb==2.0.1 numpy
# Sail asks it for the version of Spark; what it depends on is not needed for that.
SPARK_CLIENT = pyspark-client==4.1.1
SPARK_PEER = .build/spark-peer
SPARK_READY = $(SPARK_PEER)/$(subst ==,-,$(subst $() ,_,$(SPARK_PEERS)))
spark-test: program
	@[ -e '$(SPARK_READY)' ] || { python3 -m venv --clear $(SPARK_PEER) && $(SPARK_PEER)/bin/pip install --quiet $(SPARK_PEERS) \
	  && $(SPARK_PEER)/bin/pip install --quiet --no-deps $(SPARK_CLIENT) \
	  && touch '$(SPARK_READY)'; } || { echo 'spark-test: skipped, as pysail cannot be installed here'; exit 0; }; \
	if [ -e '$(SPARK_READY)' ]; then \
	  $(SPARK_PEER)/bin/python Scripts/spark/spark-differential.py $(LECTERN) --cases $(SPARK_CASES) --seed $(FIRST); fi

# Spark itself needs a Java runtime; the seminar runs with its tables there, and its metrics are compared with a local run's.
SPARK = pyspark==4.3.0
SPARK_HOME_ENV = .build/spark-demo
SPARK_DEMO_READY = $(SPARK_HOME_ENV)/$(subst ==,-,$(SPARK))
spark-demo: program
	@command -v java >/dev/null || Scripts/packaging/install-dependencies openjdk-17-jre-headless
	@[ -e '$(SPARK_DEMO_READY)' ] || { echo 'installing $(SPARK) into $(SPARK_HOME_ENV): 0.9 GB, once'; \
	  python3 -m venv --clear $(SPARK_HOME_ENV) \
	  && $(SPARK_HOME_ENV)/bin/pip install --quiet $(SPARK) && touch '$(SPARK_DEMO_READY)'; }
	@[ -d examples/seminar ] || $(LECTERN) simulate examples/seminar --scale $(SCALE) --seed $(SEED)
	$(SPARK_HOME_ENV)/bin/python Scripts/spark/spark-demo.py $(LECTERN) sessions/seminar.en.md --data examples/seminar

reference: build
	$(LECTERN) reference > docs/REFERENCE.md

# The documentation's pictures: screens of the program in a tmux of a fixed size.
pictures: build
	@Scripts/packaging/install-dependencies tmux tzdata
	python3 Scripts/documentation/draw-screens.py $(LECTERN)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	@if command -v python3 > /dev/null; then python3 Scripts/documentation/check-pages.py; else echo 'no python3: links not checked'; fi

clean:
	rm -rf .build
