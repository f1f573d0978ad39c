# Build with PGXS: make, make install. Without any preparation: make demo, make test. With another PostgreSQL than the
# one on PATH: make PG_CONFIG=/path/to/pg_config.

EXTENSION   = control/pg_almanac
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" control/pg_almanac.control)
MODULE_big  = pg_almanac
SOURCES    := $(sort $(wildcard src/*.cpp src/*/*.cpp))
OBJS        = $(SOURCES:.cpp=.o)
SQL_PARTS  := $(sort $(wildcard control/install/*.sql))
DATA_built  = control/pg_almanac--$(EXTVERSION).sql $(UPGRADES)
PGFILEDESC  = "pg_almanac - history and forecast of a server"

# Upgrades lead from each older version straight to this one. What changes tables is written by hand, a step from each
# version to the next; see docs/design.md.
STEPS    := $(shell printf '%s\n' $(notdir $(basename $(wildcard control/upgrade/steps/*.sql))) | sort -V)
UPGRADES := $(foreach step,$(STEPS),control/pg_almanac--$(firstword $(subst --, ,$(step)))--$(EXTVERSION).sql)

REGRESS      := $(basename $(notdir $(sort $(wildcard sql/*.sql))))
REGRESS_OPTS  = --temp-instance=build/regress --temp-config=test/almanac.conf --outputdir=build

EXTRA_CLEAN = build $(OBJS:.o=.d)

PG_CONFIG  ?= pg_config
PGXS       := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
include test/flags.mk
PG_CPPFLAGS += -DALMANAC_VERSION='"$(EXTVERSION)"'

.DEFAULT_GOAL := all
.PHONY: all test unit soak scenarios demo demo-stop bench format format-check tidy

ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else
all install:
	@echo "The server's development files are missing: run test/setup, or set PG_CONFIG." >&2; exit 1
endif

# One script for CREATE EXTENSION, from its parts in the order of their names.
control/pg_almanac--$(EXTVERSION).sql: $(SQL_PARTS) control/pg_almanac.control
	@{ printf '%s\n' '\echo Use "CREATE EXTENSION pg_almanac" to load this file. \quit'; cat $(SQL_PARTS); } > $@

$(UPGRADES): $(SQL_PARTS) $(wildcard control/upgrade/*.sql control/upgrade/steps/*.sql) control/upgrade/build control/pg_almanac.control
	@control/upgrade/build $@ $(STEPS) >$@.new && mv $@.new $@

src/store/owner.o: control/pg_almanac.control

-include $(OBJS:.o=.d)

test unit:
	@test/run $(filter-out test,$@)

soak scenarios:
	@test/run $@

demo:
	@test/demo/run

demo-stop:
	@test/demo/stop

bench:
	@test/bench/run

OURS = $(wildcard src/*.[ch]pp src/*/*.[ch]pp test/*/*.[ch]pp)

format:
	clang-format -i $(OURS)

format-check:
	clang-format --dry-run --Werror $(OURS)

tidy:
	clang-tidy --quiet $(SOURCES) -- $(filter-out -Werror,$(PG_CXXFLAGS)) $(PG_CPPFLAGS)
