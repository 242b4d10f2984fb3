#include "parse/inflate/inflate.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace seep::parse {
namespace {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// Text that does not repeat, so that a cut stream has something to show.
std::string Numbers(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += std::to_string(i * 2654435761u) + "\n";
  return text;
}

Result<Inflated> Unpack(const std::string& input, const ParseLimits& limits = {}) {
  return Inflate(Bytes(input), limits);
}

TEST(Inflate, PlainBytesAreHandedOnUncopied) {
  const Bytes input(std::string("goroutine 1 [running]:"));
  auto result = Inflate(input, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->bytes.view().data(), input.view().data());
  EXPECT_FALSE(result->truncated);
}

TEST(Inflate, OneMember) {
  const std::string text = Numbers(20000);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    auto result = Unpack(packed);
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_EQ(result->bytes.view(), text);
    EXPECT_FALSE(result->truncated);
  }
}

TEST(Inflate, NothingPacked) {
  for (const std::string& packed : {Gzip(""), Zstd("")}) {
    auto result = Unpack(packed);
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_TRUE(result->bytes.empty());
    EXPECT_FALSE(result->truncated);
  }
}

TEST(Inflate, MembersAndFramesAreConcatenated) {
  const std::string a = Numbers(1000);
  const std::string b(300000, 'x');  // the sizes in the last four bytes are of this member only
  for (const std::string& packed : {Gzip(a) + Gzip("") + Gzip(b), Zstd(a) + Zstd("") + Zstd(b)}) {
    auto result = Unpack(packed);
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_EQ(result->bytes.view(), a + b);
    EXPECT_FALSE(result->truncated);
  }
}

TEST(Inflate, ZeroPaddingIsIgnoredAndGlueIsNot) {
  auto padded = Unpack(Gzip("abc") + std::string(512, '\0'));
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->bytes.view(), "abc");
  EXPECT_FALSE(padded->truncated);
  auto glued = Unpack(Gzip("abc") + "HTTP/1.1 200 OK");
  ASSERT_TRUE(glued);
  EXPECT_EQ(glued->bytes.view(), "abc");
  EXPECT_TRUE(glued->truncated);
}

TEST(Inflate, TruncatedGivesWhatCameOut) {
  const std::string text = Numbers(40000);
  for (const std::string& packed : {Gzip(text), Zstd(text), Gzip("first\n") + Gzip(text)}) {
    auto result = Unpack(packed.substr(0, packed.size() / 2));
    ASSERT_TRUE(result) << result.error().Text();
    EXPECT_TRUE(result->truncated);
    EXPECT_GT(result->bytes.size(), text.size() / 4);
    std::string whole = text;
    if (result->bytes.view().starts_with("first\n")) whole = "first\n" + text;
    EXPECT_TRUE(std::string_view(whole).starts_with(result->bytes.view()));
  }
}

// Every possible cut: an error with words or a prefix of the truth, and never a claim to be whole.
TEST(Inflate, EveryCutIsNoticed) {
  const std::string text = Numbers(50);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    for (size_t n = 4; n < packed.size(); ++n) {
      auto result = Unpack(packed.substr(0, n));
      if (!result) {
        EXPECT_NE(result.error().what.find("ends after"), std::string::npos)
            << n << ": " << result.error().what;
        continue;
      }
      EXPECT_TRUE(result->truncated) << n;
      EXPECT_TRUE(std::string_view(text).starts_with(result->bytes.view())) << n;
    }
  }
}

TEST(Inflate, DamageIsAnError) {
  std::string packed = Gzip(Numbers(1000));
  packed[packed.size() - 6] ^= 1;  // the checksum
  auto result = Unpack(packed);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kBadInput);
  EXPECT_EQ(result.error().what, "damaged gzip data: incorrect data check");
  packed = Zstd(Numbers(1000));
  packed[4] ^= 0x18;  // reserved header bits
  EXPECT_FALSE(Unpack(packed));
}

TEST(Inflate, LimitNamesItsFlag) {
  ParseLimits limits;
  limits.inflated_bytes = 1 << 20;
  const std::string text = Numbers(150000);
  for (const std::string& packed : {Gzip(text), Zstd(text), Gzip(text).substr(0, 1 << 20)}) {
    auto result = Unpack(packed, limits);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(result.error().hint, "raise --max-inflated");
    EXPECT_NE(result.error().what.find("1.0 MiB"), std::string::npos) << result.error().what;
  }
}

TEST(Inflate, BombIsRefused) {
  const std::string bomb = Zstd(std::string(64 << 20, 'x'));
  ASSERT_LT(bomb.size(), 16u << 10);
  auto result = Unpack(bomb);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(result.error().what.find("decompression bomb"), std::string::npos) << result.error().what;
}

// ISIZE claims 4 GB for forty bytes: only a guess, so nothing of the kind may be allocated or believed.
TEST(Inflate, ALyingSizeIsOnlyAGuess) {
  std::string packed = Gzip("abc");
  for (size_t i = 1; i <= 4; ++i) packed[packed.size() - i] = '\xff';
  auto result = Unpack(packed);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().what, "damaged gzip data: incorrect length check");
}

}  // namespace
}  // namespace seep::parse
