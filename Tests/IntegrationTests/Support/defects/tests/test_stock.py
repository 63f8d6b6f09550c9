import sys
import unittest

sys.path.insert(0, ".")
from shop.stock import Stock


class StockTests(unittest.TestCase):
    def test_an_article_at_the_threshold_is_low(self):
        self.assertEqual(Stock({"tea": 3, "jam": 4}).low(3), ["tea"])

    def test_restocking_adds(self):
        self.assertEqual(Stock({"tea": 3}).restock("tea", 2), 5)


if __name__ == "__main__":
    unittest.main()
