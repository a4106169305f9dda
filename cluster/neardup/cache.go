package neardup

import "container/list"

// cache keeps the sheets of classes, the most recently used ones, up to a number of bytes. It is used by one goroutine,
// in an order that depends only on the input.
type cache struct {
	limit, size int
	sheets      map[uint32]*list.Element
	order       list.List
}

type cached struct {
	class uint32
	sheet *sheet
	bytes int
}

func (c *cache) get(class uint32) *sheet {
	e, ok := c.sheets[class]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(cached).sheet
}

func (c *cache) put(class uint32, s *sheet) {
	c.remove(class)
	n := s.bytes()
	if n > c.limit/4 {
		return
	}
	if c.sheets == nil {
		c.sheets = make(map[uint32]*list.Element)
	}
	c.sheets[class] = c.order.PushFront(cached{class, s, n})
	c.size += n
	for c.size > c.limit {
		c.remove(c.order.Back().Value.(cached).class)
	}
}

func (c *cache) remove(class uint32) {
	e, ok := c.sheets[class]
	if !ok {
		return
	}
	c.size -= e.Value.(cached).bytes
	c.order.Remove(e)
	delete(c.sheets, class)
}
