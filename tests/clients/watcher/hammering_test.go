//go:build api_2_7_0

package watcher

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The watcher of version 2.7.0 waits only as long as its HTTP client does between two tries. Its
// later versions are held to 60 requests in the same outage.
func TestAnOldWatcherHammersInAnOutage(t *testing.T) {
	address := serve(t)
	synctest.Test(t, func(t *testing.T) {
		c := client(t, address)
		watcher := watch(t, c, "1h")
		<-watcher.RenewCh()
		fault(t, address, `{"outage": {"status": 503, "for": "90m"}}`)
		time.Sleep(100 * time.Minute)
		watcher.Stop()
	})
	reply, err := http.Get(address + "/lapse/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	asked := strings.Count(string(text), "auth/token/renew-self")
	if asked < 600 {
		t.Errorf("only %d renewals asked", asked)
	}
	t.Logf("%d renewals asked in an outage of 90 minutes", asked)
}
