#include <elf.h>

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/handler.h"
#include "support/temporary_folder.h"

using namespace inbound_sms::testing;

// What the compiler and the linker were asked for is in the programs (elf(5)).

namespace {

class Program {
 public:
  explicit Program(const std::string& name) : bytes_(read_file(program(name))) {}

  Elf64_Ehdr header() const { return at<Elf64_Ehdr>(0); }

  // The program headers of this type.
  std::vector<Elf64_Phdr> segments(Elf64_Word type) const {
    std::vector<Elf64_Phdr> found = all<Elf64_Phdr>(header().e_phoff, header().e_phnum);
    std::erase_if(found, [&](const Elf64_Phdr& segment) { return segment.p_type != type; });
    return found;
  }
  std::vector<Elf64_Phdr> segments() const {
    return all<Elf64_Phdr>(header().e_phoff, header().e_phnum);
  }

  // The value of this entry of the dynamic section; 0 where there is none.
  Elf64_Xword dynamic(Elf64_Sxword tag) const {
    for (const Elf64_Phdr& section : segments(PT_DYNAMIC))
      for (const auto& entry :
           all<Elf64_Dyn>(section.p_offset, section.p_filesz / sizeof(Elf64_Dyn)))
        if (entry.d_tag == tag) return entry.d_un.d_val;
    return 0;
  }

  struct Symbol {
    std::string_view name;
    Elf64_Sym entry;
  };
  std::vector<Symbol> symbols(Elf64_Word table) const {
    std::vector<Symbol> found;
    const auto sections = all<Elf64_Shdr>(header().e_shoff, header().e_shnum);
    for (const Elf64_Shdr& section : sections) {
      if (section.sh_type != table) continue;
      const Elf64_Off names = sections.at(section.sh_link).sh_offset;
      for (const auto& entry :
           all<Elf64_Sym>(section.sh_offset, section.sh_size / sizeof(Elf64_Sym)))
        found.push_back({bytes_.data() + names + entry.st_name, entry});
    }
    return found;
  }

  // The bytes with which a function begins.
  std::string_view code(const Elf64_Sym& function, std::size_t size) const {
    for (const Elf64_Phdr& segment : segments(PT_LOAD))
      if (function.st_value - segment.p_vaddr < segment.p_filesz)
        return std::string_view(bytes_).substr(
            segment.p_offset + function.st_value - segment.p_vaddr, size);
    return {};
  }

 private:
  template <class T>
  T at(std::size_t offset) const {
    if (offset + sizeof(T) > bytes_.size()) throw std::runtime_error("not a whole ELF file");
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> all(std::size_t offset, std::size_t count) const {
    std::vector<T> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(at<T>(offset + i * sizeof(T)));
    return values;
  }

  const std::string bytes_;
};

const std::vector<std::string> kPrograms = {"inbound-sms.fcgi", "inbound-sms"};

bool imports(const Program& program, std::string_view begin, std::string_view end = "") {
  const auto symbols = program.symbols(SHT_DYNSYM);
  return std::any_of(symbols.begin(), symbols.end(), [&](const Program::Symbol& symbol) {
    return symbol.entry.st_shndx == SHN_UNDEF && symbol.name.starts_with(begin) &&
           symbol.name.ends_with(end);
  });
}

}  // namespace

BOOST_DATA_TEST_CASE(it_is_loaded_at_another_address_each_time, kPrograms) {
  const Program program(sample);
  BOOST_TEST(program.header().e_type == ET_DYN);
  BOOST_TEST((program.dynamic(DT_FLAGS_1) & DF_1_PIE) != 0U);
}

BOOST_DATA_TEST_CASE(what_the_loader_fills_in_is_read_only_when_it_runs, kPrograms) {
  const Program program(sample);
  BOOST_TEST(program.segments(PT_GNU_RELRO).size() == 1U);
  BOOST_TEST((program.dynamic(DT_FLAGS) & DF_BIND_NOW) != 0U);
  BOOST_TEST((program.dynamic(DT_FLAGS_1) & DF_1_NOW) != 0U);
}

BOOST_DATA_TEST_CASE(no_memory_of_it_can_be_both_written_and_executed, kPrograms) {
  const Program program(sample);
  BOOST_REQUIRE(program.segments(PT_GNU_STACK).size() == 1U);
  BOOST_TEST((program.segments(PT_GNU_STACK).front().p_flags & PF_X) == 0U);
  for (const Elf64_Phdr& segment : program.segments())
    BOOST_TEST((segment.p_flags & (PF_W | PF_X)) != Elf64_Word(PF_W | PF_X));
}

BOOST_DATA_TEST_CASE(its_libraries_come_from_the_places_of_the_system, kPrograms) {
  const Program program(sample);
  BOOST_TEST(program.dynamic(DT_RPATH) == 0U);
  BOOST_TEST(program.dynamic(DT_RUNPATH) == 0U);
}

BOOST_DATA_TEST_CASE(a_stack_that_was_written_over_is_noticed, kPrograms) {
  BOOST_TEST(imports(Program(sample), "__stack_chk_fail"));
}

BOOST_DATA_TEST_CASE(calls_of_libc_that_would_write_too_far_are_noticed, kPrograms) {
#if defined(__OPTIMIZE__)
  BOOST_TEST(imports(Program(sample), "__", "_chk"));
#else
  BOOST_TEST_MESSAGE("not in " << sample << ", which no optimiser has seen");
#endif
}

BOOST_DATA_TEST_CASE(subscripts_out_of_range_are_noticed, kPrograms) {
  BOOST_TEST(imports(Program(sample), "_ZSt21__glibcxx_assert_fail"));
}

#if defined(__x86_64__)
// Of each function that can be called from elsewhere. Of the program as a whole nothing is claimed
// (NT_GNU_PROPERTY_TYPE_0): Debian 12 has a libc and start files that do not know of it.
BOOST_DATA_TEST_CASE(a_jump_can_only_go_to_the_beginning_of_a_function, kPrograms) {
  constexpr std::string_view kBeginning = "\xf3\x0f\x1e\xfa";  // endbr64
  const Program program(sample);
  int functions = 0;
  std::string without;
  for (const Program::Symbol& symbol : program.symbols(SHT_SYMTAB)) {
    const bool is_function = ELF64_ST_TYPE(symbol.entry.st_info) == STT_FUNC &&
                             ELF64_ST_BIND(symbol.entry.st_info) != STB_LOCAL;
    const bool is_ours = symbol.name == "main" || symbol.name.starts_with("_ZN11inbound_sms");
    if (!is_function || !is_ours) continue;
    if (program.code(symbol.entry, 4) != kBeginning) without += " " + std::string(symbol.name);
    ++functions;
  }
  BOOST_TEST(without == "");
  BOOST_TEST(functions > 100);
}
#endif
