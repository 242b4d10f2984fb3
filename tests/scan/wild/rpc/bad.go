// rules R136 R138

package rpc

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.mongodb.org/mongo-driver/mongo"
	mongoopts "go.mongodb.org/mongo-driver/mongo/options"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	pb "suite/rpc/pb"
)

type frontend struct {
	target string
	etcd   []string
	broker string
}

// --- R136 ---

func (f *frontend) handlePrice(w http.ResponseWriter, r *http.Request) {
	conn, err := grpc.NewClient(f.target, grpc.WithTransportCredentials(insecure.NewCredentials())) // want R136
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	price, err := pb.NewPricesClient(conn).Get(r.Context(), &pb.PriceRequest{Sku: r.FormValue("sku")})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprint(w, price.GetCents())
}

func (f *frontend) stock(ctx context.Context, sku string) (n int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := grpc.DialContext(ctx, f.target, grpc.WithBlock()) // want R136
	if err != nil {
		return 0, err
	}
	reply, err := pb.NewStockClient(conn).Count(ctx, &pb.StockRequest{Sku: sku})
	if err != nil {
		return 0, err
	}
	return reply.GetN(), conn.Close()
}

// Nobody can close what is behind the stub; priceOf makes one a call.
func prices(target string) (pb.PricesClient, error) {
	conn, err := grpc.NewClient(target) // want R136
	if err != nil {
		return nil, err
	}
	return pb.NewPricesClient(conn), nil
}

func (f *frontend) priceOf(ctx context.Context, sku string) (int64, error) {
	client, err := prices(f.target)
	if err != nil {
		return 0, err
	}
	reply, err := client.Get(ctx, &pb.PriceRequest{Sku: sku})
	if err != nil {
		return 0, err
	}
	return reply.GetCents(), nil
}

func (f *frontend) probeAll(targets []string, state func(string, string)) {
	for _, t := range targets {
		cc, err := dial(t)
		if err != nil {
			state(t, err.Error())
			continue
		}
		state(t, cc.GetState().String())
	}
}

// --- R138 ---

func (f *frontend) handleSession(w http.ResponseWriter, r *http.Request) {
	rdb := redis.NewClient(&redis.Options{Addr: "redis:6379"}) // want R138
	user, err := rdb.Get(r.Context(), "session:"+r.Header.Get("X-Session")).Result()
	if err != nil {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	fmt.Fprintln(w, user)
}

func (f *frontend) publish(ctx context.Context, key string, value []byte) error {
	w := &kafka.Writer{Addr: kafka.TCP(f.broker), Topic: "orders"} // want R138
	if err := w.WriteMessages(ctx, kafka.Message{Key: []byte(key), Value: value}); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return w.Close()
}

func (f *frontend) leader(ctx context.Context) (string, error) {
	cli, err := clientv3.New(clientv3.Config{Endpoints: f.etcd, DialTimeout: time.Second}) // want R138
	if err != nil {
		return "", err
	}
	resp, err := cli.Get(ctx, "/leader")
	switch {
	case err != nil:
		return "", err
	case resp.Count == 0:
		return "", nil
	}
	defer cli.Close()
	return string(resp.Kvs[0].Value), nil
}

func (f *frontend) countUsers(ctx context.Context, uri string) (int64, error) {
	cli, err := mongo.Connect(ctx, mongoopts.Client().ApplyURI(uri)) // want R138
	if err != nil {
		return 0, err
	}
	return cli.Database("app").Collection("users").CountDocuments(ctx, struct{}{})
}

func (f *frontend) alert(text string) error {
	nc, err := nats.Connect("nats://bus:4222", nats.Timeout(time.Second)) // want R138
	if err != nil {
		return err
	}
	return nc.Publish("alerts", []byte(text))
}
