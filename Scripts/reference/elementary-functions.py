"""Writes the reference values of the elementary functions: the exact value, rounded to nearest.

usage: python Scripts/reference/elementary-functions.py > Tests/ElementaryFunctionsTests/Fixtures/values.txt

A line is the name of a function, its arguments and its value; `f` at the end of a name means single precision. Numbers
are bits, in hexadecimal. Written with mpmath 1.3.0.
"""
import random
import struct

import mpmath
from mpmath import mp, mpf

mp.prec = 400
random.seed(19)
EACH = 150


def bits(value, single):
    return struct.pack(">f" if single else ">d", value).hex()


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def any_positive():
    return struct.unpack("d", struct.pack("Q", random.randrange(1, 0x7FF0000000000000)))[0]


def any_single():
    return struct.unpack("f", struct.pack("I", random.randrange(0x00800000, 0x7F800000)))[0]


def near_one(depth):
    return 1 + random.uniform(-1, 1) * 2.0 ** -random.randint(1, depth)


def near_zero(depth):
    return random.uniform(-1, 1) * 2.0 ** -random.randint(1, depth)


def mixed(*draws):
    return [draw() for draw in draws for _ in range(EACH // len(draws))]


def write(name, exact, arguments, is_single=False):
    for given in arguments:
        given = given if isinstance(given, tuple) else (given,)
        value = exact(*(mpf(x) for x in given))
        # mpmath's conversions round to nearest; through a double, a float would be rounded twice.
        result = single_nearest(value) if is_single else float(value)
        print(name, *(bits(x, is_single) for x in given), bits(result, is_single))


def single_nearest(value):
    with mp.workprec(24):
        return single(float(+value))


uniform = random.uniform
write("exp", mpmath.exp, mixed(lambda: uniform(-700, 700), lambda: uniform(-1, 1), lambda: near_zero(60)))
write("log", mpmath.log, mixed(any_positive, lambda: uniform(0.5, 2), lambda: near_one(50)))
write("log1p", mpmath.log1p, mixed(any_positive, lambda: uniform(-0.99, 3), lambda: near_zero(70)))
write("log2", lambda x: mpmath.log(x, 2), mixed(any_positive, lambda: uniform(0.5, 2), lambda: near_one(40)))
write("log2", lambda x: mpmath.log(x, 2), [float(x) for x in range(1, 65)])
write("log10", mpmath.log10, mixed(any_positive, lambda: uniform(0.5, 2), lambda: near_one(40)))
write("log10", mpmath.log10, [float(10**x) for x in range(23)])
powers = mixed(lambda: (uniform(0, 10), uniform(-50, 50)), lambda: (any_positive(), uniform(-0.9, 0.9)))
powers += [(float(random.randint(2, 60)), float(random.randint(0, 30))) for _ in range(EACH)]
write("pow", mpmath.power, powers)
write("expf", mpmath.exp, [single(x) for x in mixed(lambda: uniform(-87, 88), lambda: near_zero(30))], True)
write("logf", mpmath.log, mixed(any_single, lambda: single(near_one(20))), True)
write("log1pf", mpmath.log1p, mixed(any_single, lambda: single(uniform(-0.99, 3)), lambda: single(near_zero(40))), True)
write("cosf", mpmath.cos, [single(uniform(-10, 10)) for _ in range(EACH)], True)
write("sinf", mpmath.sin, [single(uniform(-10, 10)) for _ in range(EACH)], True)
