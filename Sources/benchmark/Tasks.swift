/// A task to time: cells of the language, and the name of the same task in the script of the Python stack.
struct Task {
  let name: String
  /// The tables of earlier tasks that it needs, so that a process can run it alone.
  var tables: [String] = []
  /// Run before, not timed.
  var preparation = ""
  let code: String
  /// The key in `peer.json`.
  var peer: String?
  /// Takes seconds: timed once.
  var isLong = false
}

private let bags = "filter product_id not in [519413018, 576985723]"

/// The code that makes the tables of earlier tasks, for a process that runs one task alone.
let tableCode = [
  "whole": "whole = load \"train_orders\" | collect;", "train": "train = load \"train_orders\" | \(bags) | collect;",
]

/// In this order: later tasks use the tables that earlier ones make.
let tasks: [Task] = [
  Task(name: "read all of train_orders", code: "whole = load \"train_orders\" | collect", peer: "read_train"),
  Task(
    name: "filter straight from the file, one column",
    code: "load \"train_orders\" | filter user_id % 100 == 0 | select user_id"),
  Task(name: "two products out", tables: ["whole"], code: "train = whole | \(bags)", peer: "filter_ne"),
  Task(
    name: "group by product, count, sort", tables: ["train"], code: "train | group_by product_id | sort len desc",
    peer: "group_product_len_sort"),
  Task(
    name: "group by user and product, count, sort", tables: ["train"],
    code: "train | group_by user_id, product_id | sort len desc",
    peer: "group_user_product_len_sort"),
  Task(
    name: "distinct users and products", tables: ["train"], code: "train | agg n_unique(user_id), n_unique(product_id)",
    peer: "nunique_users_items"),
  Task(
    name: "test users with lists of products", preparation: "test = load \"test_orders\" | \(bags);",
    code: "test | group_by user_id agg ids = unique(product_id)", peer: "test_agg_unique_list"),
  Task(
    name: "left join with products", tables: ["train"],
    preparation: "products = load \"product_information_full\" | collect;",
    code: "train | left_join products on product_id", peer: "join_products_left"),
  Task(
    name: "semi join with 1,000 users", tables: ["train"],
    preparation: "some = train | select user_id | unique | sort user_id | head 1000;",
    code: "train | semi_join some on user_id", peer: "semi_join_1000_users"),
  Task(
    name: "mean, std and quartiles of product_id", tables: ["train"],
    code: """
      train | agg mean(product_id), s = std(product_id), q1 = quantile(product_id, 0.25), q2 = median(product_id), \
      q3 = quantile(product_id, 0.75)
      """, peer: "mean_std_quantiles_product_id"),
  Task(
    name: "filter by two conditions", tables: ["train"],
    code: "train | filter user_id % 100 == 0 and product_id != 129269367",
    peer: "filter_two_conditions"),
  Task(
    name: "sort by date and user, head 10", tables: ["train"], code: "train | sort date desc, user_id | head 10",
    peer: "top_10_by_date_user"),
  Task(name: "sort by user and date", tables: ["train"], code: "train | sort user_id, date", peer: "sort_user_date"),
  Task(
    name: "contains, on the searches of 1M actions",
    preparation: "actions = load \"user_actions_full_sample_1_000_000\" | collect;",
    code: "actions | filter contains(search_query, \"чен\")", peer: "contains_literal_search_query"),
  Task(
    name: "EASE, fit on the slice", preparation: "slice = train | filter user_id % 100 == 0;",
    code: "ease = slice | fit EASE regularization=500 orientation=rectools", peer: "ease_fit", isLong: true),
  Task(
    name: "EASE, recommend to the known of 1,000 users",
    preparation: """
      heldout = test | filter user_id % 100 == 0;
      users = heldout | group_by user_id agg ids = unique(product_id) | sort user_id | sample 1000 seed=0;
      """,
    code: "users | recommend ease top=10", peer: "ease_recommend_warm"),
  Task(
    name: "iALS, 32 factors, 3 iterations, whole table",
    code: "als = train | fit iALS factors=32 iterations=3 regularization=0.01", peer: "als_whole_3it_32f", isLong: true),
  Task(
    name: "iALS, recommend to 100,000 users",
    preparation: "many = train | select user_id | unique | sort user_id | head 100_000;",
    code: "many | recommend als top=10 seen=drop", peer: "als_whole_recommend_100k"),
  Task(
    name: "iALS, 128 factors, 1 iteration, whole table",
    code: "train | fit iALS factors=128 iterations=1 regularization=0.01", peer: "als_whole_1it_128f", isLong: true),
  Task(
    name: "EASE, fit on the whole table (beside RecTools on the slice)", code: "train | fit EASE regularization=500",
    peer: "ease_fit", isLong: true),
  Task(
    name: "MatrixFactorization, 1 epoch of exact Adam on the slice", code: "slice | fit MatrixFactorization epochs=1",
    peer: "mf_epoch_estimate"),
  Task(name: "SVD, 20 epochs on the slice", code: "slice | fit SVD", peer: "surprise_svd_20ep"),
  Task(
    name: "CoClustering, 20 epochs on the slice", code: "slice | fit CoClustering",
    peer: "surprise_coclustering_20ep"),
  Task(
    name: "ItemKNN, fit on the slice", code: "slice | fit ItemKNN similarity=cosine neighbors=20",
    peer: "itemknn_cosine_fit"),
]
