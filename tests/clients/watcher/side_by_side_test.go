//go:build !api_2_7_0

package watcher

import (
	"bufio"
	"encoding/json"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const (
	watchers = 1000
	starts   = 10 * time.Hour // over which they begin
	outage   = 12 * time.Hour // when it begins; side_by_side.yaml
	back     = outage + 20*time.Minute
	end      = 16 * time.Hour
)

// A family is what became of the tokens of one kind of watcher.
type family struct {
	renewed map[string][]time.Duration // instants, by token
}

// gaps are the times from one renewal to the next, but for those over the outage.
func (f family) gaps() (result []time.Duration) {
	for _, at := range f.renewed {
		for i := 1; i < len(at); i++ {
			if at[i] < outage || at[i-1] > back {
				result = append(result, at[i]-at[i-1])
			}
		}
	}
	return
}

// lost is the share of tokens that nobody renewed any more once the server was back.
func (f family) lost() float64 {
	lost := 0
	for _, at := range f.renewed {
		if at[len(at)-1] < back {
			lost++
		}
	}
	return 100 * float64(lost) / float64(len(f.renewed))
}

// afterwards is when those that went on had their first renewal, after the outage, on average.
func (f family) afterwards() time.Duration {
	sum, n := time.Duration(0), 0
	for _, at := range f.renewed {
		for _, one := range at {
			if one >= back {
				sum += one - back
				n++
				break
			}
		}
	}
	return sum / time.Duration(n)
}

func mean(of []time.Duration) time.Duration {
	sum := time.Duration(0)
	for _, one := range of {
		sum += one
	}
	return sum / time.Duration(len(of))
}

// families reads the renewals of the modelled watchers, which log in, and of the real ones.
func families(t *testing.T, address string) (modelled, real family) {
	reply, err := http.Get(address + "/lapse/events")
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	modelled.renewed = map[string][]time.Duration{}
	real.renewed = map[string][]time.Duration{}
	paths := map[string]string{}
	lines := bufio.NewScanner(reply.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			At    time.Duration `json:"at_ns"`
			Event string
			Token string
			Path  string
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatal(err)
		}
		switch event.Event {
		case "token_created":
			paths[event.Token] = event.Path
		case "token_renewed":
			to := real.renewed
			if paths[event.Token] == "auth/approle/login" {
				to = modelled.renewed
			}
			to[event.Token] = append(to[event.Token], event.At)
		}
	}
	return
}

func TestTheModelledWatcherRenewsAsTheRealOne(t *testing.T) {
	address := serve(t, "side_by_side.yaml", "--root-token", "root")
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		all := sync.WaitGroup{}
		for i := range watchers {
			all.Go(func() {
				// The library seeds its draws with the nanosecond at which a watcher is made.
				time.Sleep(starts*time.Duration(i)/watchers + time.Duration(i*7919))
				watcher := watch(t, client(t, address), "1h")
				over := time.After(end - time.Since(begin))
				for {
					select {
					case <-watcher.RenewCh():
						continue
					case <-watcher.DoneCh():
					case <-over:
						watcher.Stop()
					}
					return
				}
			})
		}
		all.Wait()
		// The modelled ones live on the same clock.
		time.Sleep(end - time.Since(begin))
		health, err := client(t, address).Sys().Health()
		if err != nil || health.Sealed {
			t.Error(err)
		}
	})
	modelled, real := families(t, address)
	if len(modelled.renewed) != watchers || len(real.renewed) != watchers {
		t.Fatalf("%d modelled, %d real watchers", len(modelled.renewed), len(real.renewed))
	}
	for name, one := range map[string]family{"modelled": modelled, "real": real} {
		gaps := one.gaps()
		t.Logf("%s: %d renewals %s apart, %.1f %% lost in the outage, the others back after %s",
			name, len(gaps), mean(gaps), one.lost(), one.afterwards())
		// 2R/3 + g/3 with g of 10 to 20 % of R, by a clock in whole seconds.
		for _, gap := range gaps {
			if gap < 42*time.Minute-time.Second || gap > 44*time.Minute+2*time.Second {
				t.Fatalf("%s: %s from one renewal to the next", name, gap)
			}
		}
	}
	difference := func(what string, a, b, most float64) {
		if math.Abs(a-b) > most {
			t.Errorf("%s: modelled %.1f, real %.1f", what, a, b)
		}
	}
	difference("seconds between renewals", mean(modelled.gaps()).Seconds(),
		mean(real.gaps()).Seconds(), 10)
	difference("renewals", float64(len(modelled.gaps()))/watchers,
		float64(len(real.gaps()))/watchers, 0.3)
	// Four standard deviations of the draws.
	difference("% lost", modelled.lost(), real.lost(), 8)
	difference("seconds until it is renewed again", modelled.afterwards().Seconds(),
		real.afterwards().Seconds(), 120)
}
