#pragma once
namespace seep::detect {
struct Analysis {};
}
