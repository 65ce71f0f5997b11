"""The desk: people, queues, cases and reviews, as the governing and the publishing side both need them."""
