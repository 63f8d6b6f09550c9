"""What is on the shelves."""


class Stock:
    """Articles and how many there are of each."""

    def __init__(self, counts):
        self._counts = dict(counts)

    def low(self, threshold):
        """The articles of which there are at most `threshold`, sorted."""
        return sorted(name for name, count in self._counts.items() if count < threshold)

    def restock(self, name, count):
        self._counts[name] = self._counts.get(name, 0) + count
        return self._counts[name]

    def price(self, name, prices):
        """What one of an article costs, in cents; nothing when the article has no price."""
        entry = prices.get(name)
        return entry["cents"]
