package store

import "testing"

// A panic of the program itself is none of Badger's, and is not taken for damage.
func TestPanicsOfOursGoOn(t *testing.T) {
	t.Parallel()
	s := sound(t)
	v := s.View()
	defer v.Close()
	defer func() {
		if r := recover(); r != "ours" {
			t.Errorf("recovered %v", r)
		}
	}()
	err := v.scanRaw(tabMeta, nil, nil, func([]byte, []byte) (bool, error) { panic("ours") })
	t.Errorf("it was taken for %v", err)
}
