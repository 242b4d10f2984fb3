package rpc

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.mongodb.org/mongo-driver/mongo"
	mongoopts "go.mongodb.org/mongo-driver/mongo/options"
	"google.golang.org/grpc"

	pb "suite/rpc/pb"
)

func dial(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target, grpc.WithUserAgent("frontend")) // want R136
}

type conns struct {
	mu       sync.Mutex
	byTarget map[string]*grpc.ClientConn
}

// looks like R136
func (c *conns) get(target string) (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cc, ok := c.byTarget[target]; ok {
		return cc, nil
	}
	cc, err := dial(target)
	if err != nil {
		return nil, err
	}
	c.byTarget[target] = cc
	return cc, nil
}

// looks like R136
func (f *frontend) once(ctx context.Context, sku string) (int64, error) {
	cc, err := grpc.NewClient(f.target)
	if err != nil {
		return 0, err
	}
	defer cc.Close()
	reply, err := pb.NewStockClient(cc).Count(ctx, &pb.StockRequest{Sku: sku})
	if err != nil {
		return 0, err
	}
	return reply.GetN(), nil
}

type priceClient struct {
	pb.PricesClient
	conn *grpc.ClientConn
}

func (p *priceClient) Close() error { return p.conn.Close() }

// looks like R136
func newPriceClient(target string) (*priceClient, error) {
	cc, err := dial(target)
	if err != nil {
		return nil, err
	}
	return &priceClient{PricesClient: pb.NewPricesClient(cc), conn: cc}, nil
}

// Closing is the caller's, through the function that it gets.
//
// looks like R136
func stockOf(target string) (pb.StockClient, func() error, error) {
	cc, err := grpc.NewClient(target)
	if err != nil {
		return nil, nil, err
	}
	return pb.NewStockClient(cc), cc.Close, nil
}

type sessions struct{ rdb *redis.Client }

// looks like R138
func newSessions(addr string) *sessions {
	return &sessions{rdb: redis.NewClient(&redis.Options{Addr: addr})}
}

func (s *sessions) handle(w http.ResponseWriter, r *http.Request) {
	if err := s.rdb.Del(r.Context(), r.FormValue("id")).Err(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

// looks like R138
func (f *frontend) replay(ctx context.Context, each func(kafka.Message) error) error {
	rd := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{f.broker}, Topic: "orders", GroupID: "replay"})
	defer func() { _ = rd.Close() }()
	for {
		m, err := rd.ReadMessage(ctx)
		if err != nil {
			return err
		}
		if err := each(m); err != nil {
			return err
		}
	}
}

func closeEtcd(c *clientv3.Client) {
	if err := c.Close(); err != nil {
		println(err.Error())
	}
}

// looks like R138
func (f *frontend) put(ctx context.Context, key, value string) error {
	cli, err := clientv3.New(clientv3.Config{Endpoints: f.etcd})
	if err != nil {
		return err
	}
	defer closeEtcd(cli)
	_, err = cli.Put(ctx, key, value)
	return err
}

// looks like R138
func pingMongo(ctx context.Context, uri string) error {
	cli, err := mongo.Connect(ctx, mongoopts.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = cli.Disconnect(ctx)
	}()
	return cli.Ping(ctx, nil)
}

// looks like R138
func drainBus(subject string, seen chan<- *nats.Msg) error {
	nc, err := nats.Connect(nats.DefaultURL)
	if err != nil {
		return err
	}
	sub, err := nc.ChanSubscribe(subject, seen)
	if err != nil {
		nc.Close()
		return err
	}
	defer nc.Drain()
	return sub.AutoUnsubscribe(100)
}
