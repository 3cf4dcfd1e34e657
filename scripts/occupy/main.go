// Command occupy listens on addresses and takes no connection, until it is killed. An address that is taken already will do.
package main

import (
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	for _, address := range os.Args[1:] {
		if listener, err := net.Listen("tcp", address); err != nil {
			log.Print(err)
		} else {
			defer listener.Close()
		}
	}
	killed := make(chan os.Signal, 1)
	signal.Notify(killed, syscall.SIGTERM)
	<-killed
}
