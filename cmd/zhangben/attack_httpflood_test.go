package main_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

var httpFloods = []flood{
	{name: "HTTP flood: headers that come byte by byte, by 300 connections", rush: floodSlowHeaders},
	{name: "HTTP flood: 200 bodies of 1 MiB that do not come", rush: floodHalfBodies},
	{name: "HTTP flood: 150 followers who do not read", rush: floodFollowers},
	{name: "HTTP flood: questions about the largest contract, hung up", rush: floodHungUp},
	{name: "HTTP flood: eight clients explain the largest contract", rush: floodExplain},
	{name: "HTTP flood: totals, lists and exceptions of all dates", rush: floodLists},
	{name: "HTTP flood: verify and backup, one after another", rush: floodOperations},
	{name: "HTTP flood: batches of 1,000 events that are refused", rush: floodBatchesOverHTTP},
	{name: "HTTP flood: previews of bodies of 1 MiB", rush: floodPreviews},
	{name: "HTTP flood: 2,500 connections that say nothing", rush: floodSilentConnections},
}

// head begins a request in raw form, with a token where they are.
func (s *siege) head(method, path, token string) string {
	text := method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	if s.guarded {
		text += "Authorization: Bearer " + token + "\r\n"
	}
	return text
}

// hold opens connections, says something on each, and keeps them until the end of the flood.
func (s *siege) hold(connections int, text string, more func(net.Conn)) error {
	var group sync.WaitGroup
	defer group.Wait()
	end := time.Now().Add(s.span)
	for range connections {
		conn, err := net.DialTimeout("tcp", s.http, patience)
		if err != nil {
			return err
		}
		_, _ = io.WriteString(conn, text)
		group.Go(func() {
			defer conn.Close()
			for time.Now().Before(end) {
				more(conn)
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	return nil
}

func floodSlowHeaders(s *siege) (string, error) {
	err := s.hold(300, "GET /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", func(conn net.Conn) {
		_,
			_ = io.WriteString(conn, "x")
	})
	return "300 connections", err
}

func floodHalfBodies(s *siege) (string, error) {
	text := s.head("POST", "/v1/events", shopToken) +
		"Content-Type: application/cloudevents+json\r\nContent-Length: 1048576\r\n\r\n{"
	err := s.hold(200, text, func(conn net.Conn) { _, _ = io.WriteString(conn, " ") })
	return "200 bodies", err
}

func floodFollowers(s *siege) (string, error) {
	err := s.hold(150, s.head("GET", "/v1/events?follow=true", readerToken)+"\r\n", func(net.Conn) {})
	return "150 followers", err
}

// questions asks by several clients, each question given up after some time, until the flood is over.
func (s *siege) questions(clients int, givenUp time.Duration, ask func(n int) (method, path, token,
	body string)) (n int64, err error) {
	var group sync.WaitGroup
	var asked, faults atomic.Int64
	end := time.Now().Add(s.span)
	for c := range clients {
		group.Go(func() {
			client := http.Client{Timeout: givenUp, Transport: new(http.Transport)}
			defer client.CloseIdleConnections()
			for n := c; time.Now().Before(end); n += clients {
				method, path, token, body := ask(n)
				if answer := s.askBy(&client, method, path, token, body, "Content-Type",
					"application/cloudevents-batch+json"); answer.status == 500 {
					faults.Add(1)
				}
				asked.Add(1)
			}
		})
	}
	group.Wait()
	if faults.Load() > 0 {
		err = fmt.Errorf("%d answers of 500", faults.Load())
	}
	return asked.Load(), err
}

func floodHungUp(s *siege) (string, error) {
	n, err := s.questions(8, 20*time.Millisecond, func(n int) (method, path, token, body string) {
		paths := []string{"/v1/contracts/HT-big", "/v1/contracts/HT-big/explain", "/v1/contracts/HT-big/timeline",
			"/v1/accounts/acct-big/explain"}
		return "GET", fmt.Sprintf("%s?as_of=2025-%02d-%02d", paths[n%len(paths)], n%12+1, n%28+1), readerToken, ""
	})
	return fmt.Sprintf("%d questions, each given up after 20 ms", n), err
}

func floodExplain(s *siege) (string, error) {
	n, err := s.questions(8, patience, func(n int) (method, path, token, body string) {
		return "GET", fmt.Sprintf("/v1/contracts/HT-big/explain?as_of=2025-%02d-%02d", n%12+1, n%28+1), readerToken, ""
	})
	return fmt.Sprintf("%d questions", n), err
}

func floodLists(s *siege) (string, error) {
	n, err := s.questions(8, patience, func(n int) (method, path, token, body string) {
		paths := []string{"/v1/totals", "/v1/contracts", "/v1/accounts", "/v1/exceptions"}
		return "GET", fmt.Sprintf("%s?as_of=2025-%02d-%02d", paths[n%len(paths)], n%12+1, n%28+1), readerToken, ""
	})
	return fmt.Sprintf("%d questions", n), err
}

func floodOperations(s *siege) (string, error) {
	n, err := s.questions(4, patience, func(n int) (method, path, token, body string) {
		return "POST", []string{"/v1/verify", "/v1/backup"}[n%2], rootToken, ""
	})
	return fmt.Sprintf("%d requests", n), err
}

func floodBatchesOverHTTP(s *siege) (string, error) {
	batch := "[" + strings.TrimSuffix(strings.Repeat(eventText(uuid.NewString(), "wallet.topped_up",
		`"account_id":"acct-1","amount":"-1.00","currency":"CNY","channel":"online"`)+",", 1_000), ",") + "]"
	n, err := s.questions(4, patience, func(int) (method, path, token, body string) {
		return "POST", "/v1/events",
			shopToken, batch
	})
	return fmt.Sprintf("%d batches", n), err
}

func floodPreviews(s *siege) (string, error) {
	supposed := `{"contract_id":"HT-big","events":[` + strings.TrimSuffix(strings.Repeat(eventText(uuid.NewString(),
		"contract.paid",
		`"account_id":"acct-big","contract_id":"HT-big","amount":"1.00","currency":"CNY","channel":"online"`)+
		",", 3_000), ",") + "]}"
	ctx, cancel := context.WithTimeout(context.Background(), s.span)
	defer cancel()
	var group sync.WaitGroup
	var asked atomic.Int64
	for range 8 {
		group.Go(func() {
			for ctx.Err() == nil {
				s.ask("POST", "/v1/preview", readerToken, supposed, "Content-Type", "application/json")
				asked.Add(1)
			}
		})
	}
	group.Wait()
	return fmt.Sprintf("%d previews", asked.Load()), nil
}

func floodSilentConnections(s *siege) (string, error) {
	err := s.hold(2_500, "", func(net.Conn) {})
	return "2,500 connections", err
}
