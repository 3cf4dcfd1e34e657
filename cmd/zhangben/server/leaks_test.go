package server

import (
	"testing"

	"zhangben/cmd/zhangben/buildtest"
)

func TestMain(m *testing.M) { buildtest.Main(m) }
