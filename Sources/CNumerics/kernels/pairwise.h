// Pairwise descent: processes triples of a user, a liked and a disliked item one by one.

static double KERNEL(pairwise_descend)(pairwise_settings settings, const int32_t *triples, int64_t *count, float *users,
                        float *items) {
  const int stride = settings.stride;
  // Rows are far apart in memory, so they are prefetched some triples ahead.
  const int64_t total = *count, ahead = 8;
  int64_t done = 0;
  double loss = 0;
  for (int64_t at = 0; at < total; at++) {
    if (at + ahead < total && triples[3 * (at + ahead) + 2] >= 0) {
      const int32_t *next = triples + 3 * (at + ahead);
      __builtin_prefetch(users + (int64_t)next[0] * stride, 1);
      __builtin_prefetch(items + (int64_t)next[1] * stride, 1);
      __builtin_prefetch(items + (int64_t)next[2] * stride, 1);
    }
    const int32_t *triple = triples + 3 * at;
    if (triple[2] < 0) continue;
    float *user = users + (int64_t)triple[0] * stride;
    float *liked = items + (int64_t)triple[1] * stride;
    float *disliked = items + (int64_t)triple[2] * stride;
    lanes16 sums = {0};
    for (int lane = 0; lane < stride; lane += 16)
      sums = fused(load(user + lane), load(liked + lane) - load(disliked + lane), sums);
    const float difference = sum(sums);
    const float slope = 1 / (1 + elementary_expf(difference));
    for (int lane = 0; lane < stride; lane += 16) {
      const lanes16 u = load(user + lane), l = load(liked + lane), d = load(disliked + lane);
      const lanes16 up = fused(all(slope), l - d, -(settings.penalty * u));
      const lanes16 more = fused(all(slope), u, -(settings.penalty * l));
      const lanes16 less = fused(all(slope), u, settings.penalty * d);
      store(user + lane, fused(all(settings.user_rate), up, u));
      store(liked + lane, fused(all(settings.item_rate), more, l));
      store(disliked + lane, fused(all(-settings.item_rate), less, d));
    }
    user[settings.bias] = 1;
    loss -= elementary_log1pf(-slope);
    done++;
  }
  *count = done;
  return loss;
}
