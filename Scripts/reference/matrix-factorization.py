"""Writes Tests/RecommendersTests/Fixtures/adam.json: what torch's dense Adam learns from small made-up orders.

usage: python Scripts/reference/matrix-factorization.py OUT_DIR
made with torch 2.15.0, numpy 1.26.4, Python 3.11, glibc 2.36

Training starts from the same numbers as in Lectern: torch's uniforms, turned into Gaussians by the C library's logarithm
and sine. Torch's own polynomials differ from them in the last places (`torch_start`), which a thousand steps enlarge.
"""
import ctypes, ctypes.util, json, math, sys
import numpy as np, torch
from torch import nn

USERS, ITEMS, ROWS, FACTORS, BATCH = 40, 30, 48_000, 4, 16
# Numbers that a test can draw again; one in ten rows is of anybody, the others of the first half: whole stretches of
# steps pass the second half by.
draws = []
state = 1
for _ in range(ROWS * 2):
    state = (state * 1664525 + 1013904223) % 2**32
    draws.append(state >> 8)
users = np.array([d // 10 % (USERS if d % 10 == 0 else USERS // 2) for d in draws[::2]])
items = np.array([d // 10 % (ITEMS if d % 10 == 0 else ITEMS // 2) for d in draws[1::2]])
ratings = 1 + (users * 3 + items * 5) % 5


libm = ctypes.CDLL(ctypes.util.find_library("m"))
for name in ("logf", "cosf", "sinf"):
    getattr(libm, name).argtypes, getattr(libm, name).restype = [ctypes.c_float], ctypes.c_float


def gaussians(*shape):
    """`normal_()` by the C library, from the uniforms torch draws for it; 16 values or more."""
    count = math.prod(shape)
    values = torch.rand(count).numpy()
    blocks = list(range(0, count - 15, 16))
    if count % 16 != 0:
        blocks.append(count - 16)

    for start in blocks:
        if start % 16 != 0:
            values[start:] = torch.rand(16).numpy()
        for place in range(start, start + 8):
            radius = np.sqrt(np.float32(-2) * np.float32(libm.logf(np.float32(1) - values[place])))
            angle = np.float32(2) * np.float32(3.1415925) * values[place + 8]
            values[place] = radius * np.float32(libm.cosf(angle))
            values[place + 8] = radius * np.float32(libm.sinf(angle))
    return torch.from_numpy(values.reshape(shape))


class Factorization(nn.Module):
    def __init__(self):
        super().__init__()
        self.users, self.items = nn.Embedding(USERS, FACTORS), nn.Embedding(ITEMS, FACTORS)
        self.user_biases, self.item_biases = nn.Embedding(USERS, 1), nn.Embedding(ITEMS, 1)
        self.constant = nn.Parameter(torch.zeros(1))

    def forward(self, u, i):
        product = (self.users(u) * self.items(i)).sum(1)
        return product + self.user_biases(u).squeeze() + self.item_biases(i).squeeze() + self.constant


def parameters():
    with torch.no_grad():
        return {
            "users": torch.cat([model.users.weight, model.user_biases.weight], 1).flatten().tolist(),
            "items": torch.cat([model.items.weight, model.item_biases.weight], 1).flatten().tolist(),
            "constant": model.constant.item(),
        }


torch.manual_seed(0)
model = Factorization()
torch_start = parameters()
torch.manual_seed(0)
with torch.no_grad():
    for part in (model.users, model.items, model.user_biases, model.item_biases):
        part.weight.copy_(gaussians(*part.weight.shape))
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=0.01)
loss = nn.MSELoss()
u, i, r = torch.LongTensor(users), torch.LongTensor(items), torch.FloatTensor(ratings)
out = {
    "user_count": USERS, "item_count": ITEMS, "rows": ROWS, "factors": FACTORS, "torch_start": torch_start,
    "start": parameters(),
}
steps = 0
for start in range(0, ROWS - BATCH, BATCH):
    rows = slice(start, start + BATCH)
    optimizer.zero_grad()
    loss(model(u[rows], i[rows]), r[rows]).backward()
    optimizer.step()
    steps += 1
    if steps == 1000:
        out["after_1000_steps"] = parameters()
out["after_epoch"] = parameters()
json.dump(out, open(f"{sys.argv[1]}/adam.json", "w"))
