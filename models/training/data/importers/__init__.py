"""Readers of motion from elsewhere: BVH, ASF/AMC, AIST++; all end up as clips on our skeleton."""
