"""Writes a profile of two addresses that have no names to stdout, in protobuf as profile.proto of google/pprof has it."""

import sys


def block(field, data):
    return bytes((field << 3 | 2, len(data))) + data


def numbers(*fields):
    return b"".join(bytes((field << 3, value)) for field, value in fields)


TEXTS = [b"", b"samples", b"count"]
MAPPING = numbers((1, 1)) + b"\x10\x80\x20" + b"\x18\x80\x40"  # 0x1000 to 0x2000
LOCATIONS = [numbers((1, 1), (2, 1)) + b"\x18\x90\x20", numbers((1, 2), (2, 1)) + b"\x18\xa0\x20"]  # 0x1010, 0x1020

sys.stdout.buffer.write(block(1, numbers((1, 1), (2, 2))) + block(2, numbers((1, 1), (1, 2), (2, 7))) + block(3, MAPPING)
                        + b"".join(block(4, location) for location in LOCATIONS) + b"".join(block(6, text) for text in TEXTS))
