package store

// FreeSpace is how many bytes may still be written to the disk that holds a folder, where the system can tell. What writes
// beside a store leaves it at least DefaultMinFree.
func FreeSpace(dir string) (int64, error) { return freeSpace(dir) }
