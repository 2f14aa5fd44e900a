// What gin answers for Context.ClientIP.
package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"runtime"
	"sort"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	network, peer, value, client := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	gin.SetMode(gin.ReleaseMode)
	context, engine := gin.CreateTestContext(httptest.NewRecorder())
	if err := engine.SetTrustedProxies([]string{network}); err != nil {
		panic(err)
	}
	context.Request = httptest.NewRequest("GET", "/", nil)
	context.Request.RemoteAddr = peer + ":4711"
	context.Request.Header.Set("X-Forwarded-For", value)
	if context.ClientIP() != client {
		panic("gin answers " + context.ClientIP())
	}

	batch := func(count int) float64 {
		start := time.Now()
		for index := 0; index < count; index++ {
			context.ClientIP()
		}
		return float64(time.Since(start).Nanoseconds()) / float64(count)
	}
	count := 1000
	for batch(count)*float64(count) < 10e6 {
		count *= 2
	}
	batches := make([]float64, 15)
	for index := range batches {
		batches[index] = batch(count)
	}
	sort.Float64s(batches)
	fmt.Printf("gin\t%s, Go %s\t%.1f\n", strings.TrimPrefix(gin.Version, "v"),
		strings.TrimPrefix(runtime.Version(), "go"), batches[7])
}
