#include "parse/tcp_endpoint.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace seep::parse {
namespace {

// inet_ntop goes through sprintf: a third of the time it takes to read a hundred thousand sockets.
std::string V4(const char* bytes) {
  char text[INET_ADDRSTRLEN];
  char* end = text;
  for (int i = 0; i < 4; ++i) {
    if (i != 0) *end++ = '.';
    end = std::to_chars(end, text + sizeof text, static_cast<uint8_t>(bytes[i])).ptr;
  }
  return {text, end};
}

}  // namespace

model::Endpoint EndpointOf(std::string_view address, uint16_t port) {
  static constexpr char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff'};
  model::Endpoint out;
  out.port = port;
  if (address.size() == 4) {
    out.address = V4(address.data());
  } else if (address.size() == 16 && std::memcmp(address.data(), kMapped, sizeof kMapped) == 0) {
    out.address = V4(address.data() + 12);
  } else if (address.size() == 16) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET6, address.data(), text, sizeof text);
    out.address = text;
  }
  return out;
}

}  // namespace seep::parse
