// The real lifetime watcher of OpenBao's Go API, under virtual time, against a served lapse.
package watcher

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openbao/openbao/api/v2"
)

// serve starts a lapse whose clock follows its clients; more may name a scenario file.
func serve(t *testing.T, more ...string) string {
	words := append([]string{"serve", "--listen", "127.0.0.1:0", "--clock", "follow"}, more...)
	cmd := exec.Command(os.Getenv("LAPSE"), words...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// clocked sends the bubble's time along with each request.
type clocked struct{ next http.RoundTripper }

func (c clocked) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Lapse-Now", fmt.Sprintf("%dns", time.Now().UnixNano()))
	return c.next.RoundTrip(r)
}

// A kept connection would wait for the network for ever, and hold virtual time still.
func transport() http.RoundTripper {
	return clocked{&http.Transport{DisableKeepAlives: true}}
}

func client(t *testing.T, address string) *api.Client {
	config := api.DefaultConfig()
	config.Address = address
	config.HttpClient = &http.Client{Transport: transport()}
	result, err := api.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	result.SetToken("root")
	return result
}

func fault(t *testing.T, address, body string) {
	c := http.Client{Transport: transport()}
	reply, err := c.Post(address+"/lapse/faults", "application/json", bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if text, _ := io.ReadAll(reply.Body); reply.StatusCode != 200 {
		t.Fatal(string(text))
	}
}

func watch(t *testing.T, c *api.Client, ttl string) *api.LifetimeWatcher {
	secret, err := c.Auth().Token().Create(&api.TokenCreateRequest{TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	c.SetToken(secret.Auth.ClientToken)
	watcher, err := c.NewLifetimeWatcher(&api.LifetimeWatcherInput{Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	go watcher.Start()
	return watcher
}

func TestAWatcherRenewsFor32Days(t *testing.T) {
	address := serve(t)
	wall := time.Now()
	synctest.Test(t, func(t *testing.T) {
		c := client(t, address)
		start := time.Now()
		watcher := watch(t, c, "1h")
		renewals := 0
		for done := false; !done; {
			select {
			case <-watcher.RenewCh():
				renewals++
			case err := <-watcher.DoneCh():
				if err != nil {
					t.Error(err)
				}
				done = true
			}
		}
		lived := time.Since(start)
		if renewals < 1000 || renewals > 1200 || lived < 767*time.Hour || lived > 768*time.Hour {
			t.Errorf("%d renewals in %s", renewals, lived)
		}
		time.Sleep(2 * time.Hour)
		_, err := c.Auth().Token().LookupSelf()
		if err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("after its maximum: %v", err)
		}
		t.Logf("%d renewals in %s of virtual time", renewals, lived)
	})
	t.Logf("%s of real time", time.Since(wall))
}

// renewalsInAnOutage lets a watcher renew once, keeps the server from answering it for 90 minutes,
// and counts what was asked.
func renewalsInAnOutage(t *testing.T) int {
	address := serve(t)
	synctest.Test(t, func(t *testing.T) {
		c := client(t, address)
		watcher := watch(t, c, "1h")
		<-watcher.RenewCh()
		fault(t, address, `{"outage": {"status": 503, "for": "90m"}}`)
		time.Sleep(100 * time.Minute)
		select {
		case <-watcher.DoneCh():
		default:
			t.Error("it goes on after its token's end")
		}
	})
	reply, err := http.Get(address + "/lapse/requests")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	return strings.Count(string(text), "auth/token/renew-self")
}

func TestAWatcherBacksOffInAnOutage(t *testing.T) {
	// Each of its tries makes up to three requests; a client that hammers makes thousands.
	if asked := renewalsInAnOutage(t); asked < 4 || asked > 60 {
		t.Errorf("%d renewals asked", asked)
	}
}
