/// The tables and models that the examples of the reference use.
public enum ExampleTables {
  /// A cell of the language that makes these tables and models.
  public static let text = """
    train = table user_id = [100, 100, 100, 200, 200, 300, 300, 300, 400, 400, 500, 500], \
    product_id = [11, 12, 13, 11, 12, 12, 13, 519413018, 11, 519413018, 13, 11], \
    date = ["2024-03-01", "2024-03-02", "2024-03-05", "2024-03-01", "2024-04-02", "2024-04-03", "2024-04-04", \
    "2024-05-01", "2024-05-02", "2024-06-01", "2024-06-02", "2024-06-03"] \
    | select user_id = cast(user_id, i32), product_id, date = cast(date, date)
    test = table user_id = [100, 100, 200, 300, 600], product_id = [11, 519413018, 13, 11, 12] \
    | select user_id = cast(user_id, i32), product_id, date = date(2024, 7, 1)
    products = table product_id = [11, 12, 13, 519413018], name = ["Чай", "Кофе", "Мыло", "Пакет"], \
    brand = ["A", "B", "A", "C"], type = ["чай", "кофе", "мыло", "пакет"], category_id = [1, 1, 2, 3], \
    category_name = ["Напитки", "Напитки", "Дом", "Разное"]
    actions = table user_id = [100, 200, 100, 300], action_type = ["view", "view", "order", "search"], \
    widget_name = ["a", "b", "a", "c"], search_query = [null, null, null, "чай"], \
    product_id = [11.0, 12.0, 11.0, null], page_product_id = [null, 1.0, null, null], \
    day = ["2024-03-01", "2024-03-02", "2024-03-02", "2024-03-09"] \
    | with timestamp = cast(day, datetime[ns]) | drop day
    ease = train | fit EASE regularization=1
    tp = train | fit TopPopular
    """
}
