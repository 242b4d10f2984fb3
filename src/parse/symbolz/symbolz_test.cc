#include "parse/symbolz/symbolz.h"

#include <gtest/gtest.h>

namespace seep::parse {
namespace {

std::string Read(std::string_view reply) {
  const auto symbols = ReadSymbolz(reply);
  if (!symbols) return "error: " + symbols.error().what;
  std::string out;
  for (const RemoteSymbol& symbol : *symbols) out += std::to_string(symbol.address) + "=" + symbol.name + ";";
  return out;
}

TEST(Symbolz, LinesThatNameAnAddress) {
  EXPECT_EQ(Read("num_symbols: 1\n0x10 main.main\n0xFf\tf(int, int) const\n"),
            "16=main.main;255=f(int, int) const;");
  EXPECT_EQ(Read("--- 0x10   main.main  \r\n"), "16=main.main  \r;");
  EXPECT_EQ(Read("0x0x1 a\n0xg 0x2 b\n0X3 c\n0x4c\n"), "1=a;2=b;76=;");
  EXPECT_EQ(Read("0x1 \n\n0x2 b"), "1=;");
  EXPECT_EQ(Read(""), "");
}

TEST(Symbolz, AddressesOf64Bits) {
  EXPECT_EQ(Read("0x000000000000000000001 a\n0xffffffffffffffff b\n"), "1=a;18446744073709551615=b;");
  EXPECT_EQ(Read("0x10000000000000000 a\n"),
            "error: unexpected parse failure 0x10000000000000000: strconv.ParseUint: parsing "
            "\"0x10000000000000000\": value out of range");
}

}  // namespace
}  // namespace seep::parse
