"""Covering arrays: few cases in which every pair of values of two factors stands together at least once.

A case has one value of each required factor and a few of the optional ones: with all set at once nearly every report would be
empty, and an option that comes later would never be seen to work.
"""

import itertools
import random


def pairs_of(required, optional):
    groups = [[(factor, value) for value in values] for factor, values in [*required.items(), *optional.items()]]
    for one, other in itertools.combinations(groups, 2):
        yield from (frozenset(pair) for pair in itertools.product(one, other))


def covering(required, optional, most, seed=1):
    """Cases as {factor: value}, with at most `most` of the optional factors, the same for the same arguments.

    required and optional are {factor: [value...]}; values are hashable.
    """
    r = random.Random(seed)
    open_pairs = dict.fromkeys(pairs_of(required, optional))
    partners = {}  # a (factor, value) -> those that it has not met yet
    for pair in open_pairs:
        one, other = pair
        partners.setdefault(one, {})[other] = None
        partners.setdefault(other, {})[one] = None
    everything = {**required, **optional}

    def best(case, factor):
        """The value of the factor that meets most of the case's others for the first time."""
        values = list(everything[factor])
        r.shuffle(values)
        gains = [sum(item in partners[(factor, value)] for item in case.items()) for value in values]
        top = max(range(len(values)), key=gains.__getitem__)
        return gains[top], values[top]

    cases = []
    while open_pairs:
        case = dict(next(iter(open_pairs)))
        if sum(factor in optional for factor in case) > most:
            raise ValueError("a pair of optional values does not fit into a case")
        for factor in required:
            if factor not in case:
                case[factor] = best(case, factor)[1]
        while sum(factor in optional for factor in case) < most:
            free = [factor for factor in optional if factor not in case]
            r.shuffle(free)
            chosen = max(((*best(case, factor), factor) for factor in free), key=lambda c: c[0], default=(0, None, None))
            if chosen[0] == 0:
                break
            case[chosen[2]] = chosen[1]
        for pair in itertools.combinations(case.items(), 2):
            if open_pairs.pop(frozenset(pair), 0) is None:
                del partners[pair[0]][pair[1]]
                del partners[pair[1]][pair[0]]
        cases.append(case)
    return cases
