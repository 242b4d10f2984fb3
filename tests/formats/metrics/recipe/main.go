// Prints its own /metrics page in the format named by the argument, with a labelled counter and a histogram.
package main

import (
	"io"
	"net/http/httptest"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsGC, collectors.MetricsMemory)))
	reg.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "http_requests_total", Help: "Requests."}, []string{"code", "path"})
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "order_seconds", Help: "Time an order takes.", Buckets: []float64{0.1, 1}})
	reg.MustRegister(c, h)
	c.WithLabelValues("200", `/a"b\c`).Add(1027)
	h.(prometheus.ExemplarObserver).ObserveWithExemplar(0.5, prometheus.Labels{"trace_id": "4bf92f"})
	r := httptest.NewRequest("GET", "/metrics", nil)
	if os.Args[1] == "openmetrics" {
		r.Header.Set("Accept", "application/openmetrics-text")
	}
	w := httptest.NewRecorder()
	promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true}).ServeHTTP(w, r)
	io.Copy(os.Stdout, w.Body)
}
