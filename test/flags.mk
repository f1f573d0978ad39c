# How C++ is compiled with PGXS, for the extension and for the module that tests src/pg. Needs PG_CONFIG and, when not
# run from the top, ROOT. WERROR=-Werror makes warnings errors, as continuous integration does.

ROOT ?= .

PG_CPPFLAGS = -I$(ROOT)/src -isystem $(shell $(PG_CONFIG) --includedir-server)
PG_CXXFLAGS = -std=c++20 -O2 -fvisibility=hidden -Wall -Wextra -Wshadow $(WERROR) -Wno-register -MMD -MP

# PGXS links with the C compiler, which leaves the C++ library out, and compiles bitcode without these flags.
override COMPILER = $(CXX) $(CXXFLAGS)
override with_llvm = no
