// Package faults is a Collector extension for tests: a receiver that names it in `middlewares` answers the next
// requests as told over the control port, instead of (or, for a partial success, after) accepting them.
//
//	PUT /   {"times":3,"grpcCode":8,"retryDelay":"200ms","httpStatus":429,"retryAfter":"1"}
//	PUT /   {"times":1,"rejected":5,"message":"too old"}     accepted, then reported as a partial success
//	PUT /   {"times":1,"delay":"2s"}                         accepted, answered late
//	GET /   the fault in force, with the times that are left
package faults

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensionmiddleware"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Config: Endpoint is the host:port that the control server listens on.
type Config struct {
	Endpoint string `mapstructure:"endpoint"`
}

type fault struct {
	Times      int    `json:"times"`
	Delay      string `json:"delay,omitempty"`
	GRPCCode   int    `json:"grpcCode,omitempty"`
	RetryDelay string `json:"retryDelay,omitempty"`
	HTTPStatus int    `json:"httpStatus,omitempty"`
	RetryAfter string `json:"retryAfter,omitempty"`
	Rejected   int64  `json:"rejected,omitempty"`
	Message    string `json:"message,omitempty"`
}

type faults struct {
	config *Config
	logger *zap.Logger
	server *http.Server
	mutex  sync.Mutex
	next   fault
}

var (
	_ extensionmiddleware.HTTPServer = (*faults)(nil)
	_ extensionmiddleware.GRPCServer = (*faults)(nil)
)

// NewFactory makes the `faults` extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(
		component.MustNewType("faults"),
		func() component.Config { return &Config{Endpoint: "127.0.0.1:0"} },
		func(_ context.Context, settings extension.Settings, config component.Config) (extension.Extension, error) {
			return &faults{config: config.(*Config), logger: settings.Logger}, nil
		},
		component.StabilityLevelDevelopment,
	)
}

func (f *faults) Start(_ context.Context, _ component.Host) error {
	listener, err := net.Listen("tcp", f.config.Endpoint)
	if err != nil {
		return err
	}
	f.server = &http.Server{Handler: http.HandlerFunc(f.control), ReadHeaderTimeout: time.Second}
	// With port 0 this line is how the test learns the port, as it does for the receivers.
	f.logger.Info("Starting faults control", zap.String("endpoint", listener.Addr().String()))
	go func() { _ = f.server.Serve(listener) }()
	return nil
}

func (f *faults) Shutdown(ctx context.Context) error { return f.server.Shutdown(ctx) }

func (f *faults) control(response http.ResponseWriter, request *http.Request) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if request.Method == http.MethodPut {
		var next fault
		if err := json.NewDecoder(request.Body).Decode(&next); err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		f.next = next
	}
	_ = json.NewEncoder(response).Encode(f.next)
}

// take uses up one time of the fault in force; nil if there is none.
func (f *faults) take() *fault {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.next.Times <= 0 {
		return nil
	}
	f.next.Times--
	taken := f.next
	return &taken
}

func (t *fault) wait(ctx context.Context) {
	delay, err := time.ParseDuration(t.Delay)
	if err != nil {
		return
	}
	select {
	case <-time.After(delay):
	case <-ctx.Done():
	}
}

// The partial success of every signal has the same field numbers, so the one of traces stands for all.
func (t *fault) partial() *collectortrace.ExportTraceServiceResponse {
	return &collectortrace.ExportTraceServiceResponse{PartialSuccess: &collectortrace.ExportTracePartialSuccess{
		RejectedSpans: t.Rejected, ErrorMessage: t.Message,
	}}
}

func (f *faults) GetGRPCServerOptions(context.Context) ([]grpc.ServerOption, error) {
	return []grpc.ServerOption{grpc.ChainUnaryInterceptor(f.unary)}, nil
}

func (f *faults) unary(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	taken := f.take()
	if taken == nil {
		return handler(ctx, request)
	}
	taken.wait(ctx)
	if taken.GRPCCode != 0 {
		answer := status.New(codes.Code(taken.GRPCCode), taken.Message)
		if delay, err := time.ParseDuration(taken.RetryDelay); err == nil {
			answer, _ = answer.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(delay)})
		}
		return nil, answer.Err()
	}
	response, err := handler(ctx, request)
	if err == nil && (taken.Rejected != 0 || taken.Message != "") {
		return taken.partial(), nil
	}
	return response, err
}

func (f *faults) GetHTTPHandler(context.Context) (extensionmiddleware.WrapHTTPHandlerFunc, error) {
	return func(_ context.Context, base http.Handler) (http.Handler, error) {
		return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
			f.serve(base, response, request)
		}), nil
	}, nil
}

func (f *faults) serve(base http.Handler, response http.ResponseWriter, request *http.Request) {
	taken := f.take()
	if taken == nil {
		base.ServeHTTP(response, request)
		return
	}
	taken.wait(request.Context())
	switch {
	case taken.HTTPStatus != 0:
		if taken.RetryAfter != "" {
			response.Header().Set("Retry-After", taken.RetryAfter)
		}
		http.Error(response, taken.Message, taken.HTTPStatus)
	case taken.Rejected != 0 || taken.Message != "":
		inner := httptest.NewRecorder()
		base.ServeHTTP(inner, request)
		if inner.Code != http.StatusOK {
			http.Error(response, inner.Body.String(), inner.Code)
			return
		}
		response.Header().Set("Content-Type", inner.Header().Get("Content-Type"))
		_, _ = response.Write(taken.body(inner.Header().Get("Content-Type"), request.URL.Path))
	default:
		base.ServeHTTP(response, request)
	}
}

func (t *fault) body(contentType, path string) []byte {
	if contentType != "application/json" {
		body, _ := proto.Marshal(t.partial())
		return body
	}
	body, _ := protojson.Marshal(t.partial())
	switch path {
	case "/v1/metrics":
		return []byte(strings.Replace(string(body), "rejectedSpans", "rejectedDataPoints", 1))
	case "/v1/logs":
		return []byte(strings.Replace(string(body), "rejectedSpans", "rejectedLogRecords", 1))
	}
	return body
}
