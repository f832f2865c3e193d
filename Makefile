# inbound-sms. The commands are listed in README.md; `make` alone builds both programs.

CPPFLAGS ?=
CXXFLAGS ?= -O2 -g
LDFLAGS  ?=
BUILD    ?= build
SANITIZE ?=
PREFIX   ?= /usr/local
DESTDIR  ?=
PORT     ?= 8080

# Sanitized objects do not mix with others: they have a folder of their own.
OUT = $(BUILD)$(if $(SANITIZE),/$(SANITIZE))

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
LANGUAGE = -std=c++20 -pthread -Isrc -Itests -DBOOST_TEST_DYN_LINK
# Against what an error in the program could lead to. The caller's own flags add to these. Fortified
# are the calls of libc, which needs an optimiser for it, and none of a sanitizer's.
MACHINE      := $(firstword $(subst -, ,$(shell $(CXX) -dumpmachine)))
OPTIMIZED     = $(filter-out -O0,$(lastword $(filter -O%,$(CXXFLAGS))))
FORTIFIED     = $(and $(OPTIMIZED),$(if $(SANITIZE),,yes),\
                  $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CXXFLAGS)),,yes))
FLOW_x86_64   = -fcf-protection=full -fstack-clash-protection
FLOW_aarch64  = -mbranch-protection=standard
HARDENED      = -fPIE -fstack-protector-strong -D_GLIBCXX_ASSERTIONS $(FLOW_$(MACHINE)) \
                $(if $(FORTIFIED),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDENED_LINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack

SANITIZER = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COMPILE = $(CXX) $(LANGUAGE) $(WARNINGS) $(HARDENED) $(SANITIZER) $(CPPFLAGS) $(CXXFLAGS)
LINK    = $(CXX) -pthread $(HARDENED_LINK) $(SANITIZER) $(CXXFLAGS) $(LDFLAGS)
LIBS    = -lfcgi -lz -lcrypto -lboost_program_options
# The sandbox's; the tool has none.
SANDBOX_LIBS = -lseccomp
# The tool sends over HTTP, and so do the tests; the handler must not know how.
CLIENT_LIBS = -lcurl

sources = $(sort $(wildcard $(1)/*.cpp))
objects = $(patsubst %.cpp,$(OUT)/%.o,$(1))

.PHONY: all
all: $(OUT)/inbound-sms.fcgi $(OUT)/inbound-sms

# One library a room; the list runs from those that use others to those that are used.
base_OBJECTS    = $(call objects,$(call sources,src/base))
web_OBJECTS     = $(call objects,$(call sources,src/web))
vonage_OBJECTS  = $(call objects,$(call sources,src/vonage))
log_OBJECTS     = $(call objects,$(call sources,src/log))
sandbox_OBJECTS = $(call objects,$(call sources,src/sandbox))
handler_OBJECTS = $(filter-out %/main.o,$(call objects,$(call sources,src)))
tools_OBJECTS   = $(filter-out %/main.o,$(call objects,$(call sources,src/tools)))
ROOMS           = tools handler sandbox web vonage log base
LIBRARIES       = $(ROOMS:%=$(OUT)/lib%.a)

$(OUT)/inbound-sms.fcgi: $(OUT)/src/main.o $(LIBRARIES)
	$(LINK) -o $@ $^ $(LIBS) $(SANDBOX_LIBS)

$(OUT)/inbound-sms: $(OUT)/src/tools/main.o $(LIBRARIES)
	$(LINK) -o $@ $^ $(LIBS) $(CLIENT_LIBS)

define library
$(OUT)/lib$(1).a: $$($(1)_OBJECTS)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call library,$(room))))

# Each folder of tests/ but support and fuzz is one program. Those of SERVER_SUITES start real
# servers: one server is enough for a sanitizer, and what disks/ does to the kernel's calls shows
# nothing to it, nor does what systemd/ takes away from the handler, nor what hostile/ sends, which
# web/ sends, too. A sanitizer cannot live in the sandbox: that of leaks forks and traces the process.
SUITES        = $(filter-out support fuzz $(if $(SANITIZE),disks doors hostile sandbox systemd),\
                  $(patsubst tests/%/,%,$(sort $(wildcard tests/*/))))
SERVER_SUITES = deliveries disks doors hostile nginx systemd
UNIT_SUITES   = $(filter-out $(SERVER_SUITES),$(SUITES))
support_OBJECTS = $(call objects,$(call sources,tests/support))

# The disk in memory, of which tests/log/ is not the only user.
FAKE_DISK = $(OUT)/tests/log/fake_disk.o $(OUT)/tests/log/fake_file.o $(OUT)/tests/log/fake_volume.o
$(OUT)/tests/properties-tests: $(FAKE_DISK)

define program
$(OUT)/tests/$(1)-tests: $$(call objects,$$(call sources,tests/$(1))) $$(support_OBJECTS) $$(LIBRARIES)
	$$(LINK) -o $$@ $$^ $$(LIBS) $$(CLIENT_LIBS) -lboost_unit_test_framework
endef
$(foreach suite,$(SUITES),$(eval $(call program,$(suite))))
$(OUT)/tests/sandbox-tests: LIBS += $(SANDBOX_LIBS)

$(OUT)/%.o: %.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# Changes with the compiler and its flags, and so has everything compiled anew.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(COMPILE)" | cmp -s - $@ || echo "$(COMPILE)" >$@
.PHONY: FORCE

CODE = $(sort $(shell find src tests bench -name '*.cpp'))
-include $(patsubst %.cpp,$(OUT)/%.d,$(CODE))

# The commands below install the packages that they need (./setup says which) and then call
# make again for the rest, on all processors unless the caller gave a -j of his own.
PARALLEL = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: run
run:
	@./setup build run
	@$(PARALLEL) all
	@exec env OUT=$(OUT) PORT=$(PORT) nginx/run

.PHONY: test test-programs
test:
	@./setup build test
	@$(PARALLEL) test-programs
	@tests/run $(OUT) $(SUITES)
test-programs: all $(SUITES:%=$(OUT)/tests/%-tests)

# The tests that look for rare faults, with many rounds instead of few.
.PHONY: test-long
test-long:
	@./setup build test
	@$(PARALLEL) test-programs
	@ROUNDS=$(or $(ROUNDS),50) LIMIT=7200 tests/run $(OUT) log $(SERVER_SUITES)

.PHONY: check unit-test-programs
check:
	@./setup build test lint
	@$(PARALLEL) format-check all unit-test-programs
	@tests/run $(OUT) $(UNIT_SUITES)
unit-test-programs: $(UNIT_SUITES:%=$(OUT)/tests/%-tests)

# Each .cpp of tests/fuzz/ is a libFuzzer program for one of the properties in tests/properties/. It
# needs few parts of the tool, so the others are not built for it.
FUZZ_CXX       ?= clang++
FUZZ_SANITIZE   = fuzzer-no-link,address,undefined
FUZZ_FLAGS      = -O1 -g -fsanitize-ignorelist=tests/fuzz/ignored.txt
FUZZ_TARGETS    = $(patsubst tests/fuzz/%.cpp,%,$(call sources,tests/fuzz))
FUZZ_PARTS      = $(filter-out %_test.o,$(call objects,$(call sources,tests/properties))) $(FAKE_DISK) \
                  $(patsubst %,$(OUT)/tests/support/%.o,fastcgi_client json) \
                  $(patsubst %,$(OUT)/src/tools/%.o,body_index chain_index diagnosis repair show verify)
FUZZ_LIBRARIES  = $(filter-out %/libtools.a,$(LIBRARIES))

# What a run has found that is new stays in the folder `corpus`, the next run begins with it.
# SECONDS= for each target, TARGETS= for some of them, FIXTURES= a folder of JSON as more seeds.
.PHONY: fuzz fuzz-programs
fuzz:
	@./setup build fuzz
	@$(PARALLEL) CXX='$(FUZZ_CXX)' CXXFLAGS='$(FUZZ_FLAGS)' SANITIZE=$(FUZZ_SANITIZE) fuzz-programs
	@tests/fuzz/run $(BUILD)/$(FUZZ_SANITIZE) $(or $(SECONDS),60) $(or $(TARGETS),$(FUZZ_TARGETS))
fuzz-programs: $(FUZZ_TARGETS:%=$(OUT)/tests/fuzz/%)
$(FUZZ_TARGETS:%=$(OUT)/tests/fuzz/%): %: %.o $(OUT)/libproperties.a $(FUZZ_LIBRARIES)
	$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)
$(OUT)/libproperties.a: $(FUZZ_PARTS)
	@rm -f $@
	ar rcs $@ $^

# What messages cost, side by side with peers in one run. On the disk of this folder.
.PHONY: bench bench-programs
bench:
	@./setup build bench
	@$(PARALLEL) bench-programs
	@$(OUT)/bench/cgi $(OUT)/bench/cgi-data $(OUT)/inbound-sms.fcgi $(OUT)/bench/peers/bare \
	  bench/peers/append.php
bench-programs: all $(OUT)/bench/cgi $(OUT)/bench/peers/bare
$(OUT)/bench/cgi: $(OUT)/bench/cgi.o $(LIBRARIES)
	$(LINK) -o $@ $^ $(LIBS)
$(OUT)/bench/peers/bare: $(OUT)/bench/peers/bare.o
	$(LINK) -o $@ $^

# A source that has passed clang-tidy is looked at again when it, or what it includes, changed.
SCRIPTS   = setup nginx/run tests/run tests/fuzz/run tests/systemd/boot .ci/run
MAN_PAGES = $(wildcard doc/*.[1-8])
TIDY      = $(patsubst %.cpp,$(OUT)/%.tidy,$(filter src/%,$(CODE)))

.PHONY: lint lint-all format-check scripts-check man-check
lint:
	@./setup build test lint
	@$(PARALLEL) lint-all
lint-all: format-check scripts-check man-check $(TIDY)
format-check:
	clang-format --dry-run -Werror $(CODE) $(shell find src tests bench -name '*.h')
scripts-check:
	shellcheck $(SCRIPTS)
man-check:
	$(if $(MAN_PAGES),mandoc -T lint -W warning $(MAN_PAGES))
$(OUT)/%.tidy: %.cpp $(OUT)/%.o .clang-tidy
	clang-tidy --quiet $< -- $(LANGUAGE) 2>$@.err || { cat $@.err >&2; exit 1; }
	@touch $@

# The handler is for web servers, the tool for people. The units are where systemd looks when PREFIX
# is /usr/local or /usr, and name the handler where it is.
UNITS = $(DESTDIR)$(PREFIX)/lib/systemd/system
.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec \
	  $(DESTDIR)$(PREFIX)/share/inbound-sms/nginx $(DESTDIR)$(PREFIX)/share/inbound-sms/apache \
	  $(UNITS) $(DESTDIR)$(PREFIX)/lib/sysusers.d
	install $(OUT)/inbound-sms $(DESTDIR)$(PREFIX)/bin
	install $(OUT)/inbound-sms.fcgi $(DESTDIR)$(PREFIX)/libexec
	install -m 644 $(wildcard nginx/*.conf) $(DESTDIR)$(PREFIX)/share/inbound-sms/nginx
	install -m 644 $(wildcard apache/*) $(DESTDIR)$(PREFIX)/share/inbound-sms/apache
	install -m 644 systemd/inbound-sms.socket systemd/inbound-sms.service $(UNITS)
	sed -i 's|/usr/local/|$(PREFIX)/|' $(UNITS)/inbound-sms.service
	install -m 644 systemd/inbound-sms.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/inbound-sms.conf

.PHONY: clean
clean:
	rm -rf $(BUILD)
