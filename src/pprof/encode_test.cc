#include "pprof/encode.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "profile/profile_for_test.h"

namespace seep::pprof {
namespace {

std::string Hex(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) out += "0123456789abcdef"[c >> 4], out += "0123456789abcdef"[c & 15];
  return out;
}

// Compared with what google/pprof writes of the same profile.
TEST(Encode, FieldsComeInPprofsOrder) {
  profile::Profile p = profile::MakeProfile({{"f", {1, 2}}, {"f;g;f", {3, 4}}});
  const profile::Label labels[] = {{p.strings.Intern("zone"), p.strings.Intern("a"), 0, {}},
                                   {p.strings.Intern("bytes"), {}, 64, p.strings.Intern("kB")}};
  p.samples.labels[0] = p.label_sets.Intern(labels);
  p.mappings.push_back({0x1000, 0x2000, 0, p.strings.Intern("/bin/x"), {}, true});
  p.locations[1].mapping = {1};
  p.locations[1].address = 0x1010;
  p.comments = {p.strings.Intern("hello")};
  p.period_type = p.sample_types[1];
  p.period = 512;
  p.time_nanos = 1;
  EXPECT_EQ(Hex(Encode(p)),
            // sample types
            "0a04080110020a0408031004"
            // a sample: two values stand alone, then its labels
            "12140801100110021a04080510061a06080418402007"
            // three frames are packed
            "12090a0301020110031004"
            // mapping
            "1a0c080110802018804028083801"
            // locations
            "220d0801100118902022040801100a2208080222040802100a"
            // functions
            "2a0a080110091809200a28012a0a0802100b180b200c2801"
            // strings by first use: types, labels, mappings, functions, header
            "320032076f626a656374733205636f756e74320573706163653205627974657332047a6f6e6532016132026b42"
            "32062f62696e2f783201663204662e676f3201673204672e676f320568656c6c6f"
            // header
            "48015a0408031004608004680d7000");
}

TEST(Encode, GzipHoldsTheSame) {
  const profile::Profile p = profile::MakeProfile({{"main;f", {1, 10}}, {"main;g", {2, 20}}});
  const std::string packed = EncodeGzip(p);
  std::string plain(1 << 16, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(plain, Encode(p));
}

}  // namespace
}  // namespace seep::pprof
