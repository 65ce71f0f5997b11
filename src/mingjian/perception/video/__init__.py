"""Moving pictures: sampled twice a second, read where something changed, told apart by place and persistence."""
