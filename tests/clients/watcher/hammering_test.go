//go:build api_2_7_0

package watcher

import "testing"

// The watcher of version 2.7.0 waits only as long as its HTTP client does between two tries.
func TestAnOldWatcherHammersInAnOutage(t *testing.T) {
	asked := renewalsInAnOutage(t)
	if asked < 600 {
		t.Errorf("only %d renewals asked", asked)
	}
	t.Logf("%d renewals asked in an outage of 90 minutes", asked)
}
