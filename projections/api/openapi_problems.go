package api

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhangben/events/glossary"
)

// problemStatuses lists the statuses a route may answer with beside 200.
func (route *route) problemStatuses() []int {
	statuses := []int{
		http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusInternalServerError,
		http.StatusServiceUnavailable,
	}
	if route.role != anybody {
		statuses = append(statuses, http.StatusUnauthorized)
	}
	if strings.Contains(route.path, "{") || route.path == "/v1/preview" {
		statuses = append(statuses, http.StatusNotFound)
	}
	if bodies[route.pattern()] != nil {
		statuses = append(statuses, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return append(statuses, otherStatuses[route.pattern()]...)
}

// otherStatuses are those of single routes.
var otherStatuses = map[string][]int{
	"GET /v1/contracts/{contract_id}":          {http.StatusConflict},
	"GET /v1/contracts/{contract_id}/explain":  {http.StatusConflict, http.StatusUnprocessableEntity},
	"GET /v1/accounts/{account_id}/explain":    {http.StatusUnprocessableEntity},
	"GET /v1/contracts/{contract_id}/timeline": {http.StatusConflict},
	"POST /v1/preview":                         {http.StatusConflict},
	"POST /v1/events":                          {http.StatusGatewayTimeout},
	"POST /v1/rejected/{rejection_id}/retry":   {http.StatusConflict, http.StatusGatewayTimeout},
	"POST /v1/rejected/{rejection_id}/dismiss": {http.StatusConflict, http.StatusGatewayTimeout},
	"GET /v1/stream":                           {http.StatusConflict},
	"POST /v1/stream/adopt":                    {http.StatusConflict},
	"POST /v1/stream/purge":                    {http.StatusConflict},
	"GET /v1/checkpoint":                       {http.StatusNotFound},
	"GET /v1/checkpoint/cosigned":              {http.StatusNotFound},
	"GET /v1/consistency":                      {http.StatusNotFound},
	"GET /v1/backup":                           {http.StatusInsufficientStorage},
	"POST /v1/backup":                          {http.StatusInsufficientStorage},
}

// problemResponses describes each status a problem may have, with the codes there are.
func problemResponses() object {
	responses := object{}
	for _, status := range problemCodes().statuses {
		response := object{
			"description": describeCodes(problemCodes().byStatus[status]),
			"content":     object{"application/problem+json": object{"schema": reference("Problem")}},
		}
		if headers := problemHeaders[status]; headers != nil {
			response["headers"] = headers
		}
		responses[responseName(status)] = response
	}
	return responses
}

var problemHeaders = map[int]object{
	http.StatusUnauthorized: {"WWW-Authenticate": object{
		"description": "How to bear a token.", "schema": text(),
	}},
	http.StatusMethodNotAllowed: {"Allow": object{
		"description": "The methods that the address takes.", "schema": text(),
	}},
	http.StatusServiceUnavailable: {"Retry-After": object{
		"description": "After how many seconds to ask again, where that can be said.",
		"schema":      object{"type": "integer", "minimum": 0},
	}},
}

// codes are the codes of problems.
type codes struct {
	statuses []int
	byStatus map[int][]string
}

// problemCodes lists the codes of the one table from error to answer, and those beside it, each once.
func problemCodes() codes {
	all := codes{byStatus: map[int][]string{}}
	add := func(status int, code string) {
		if !slices.Contains(all.byStatus[status], code) {
			all.byStatus[status] = append(all.byStatus[status], code)
		}
	}
	for _, row := range problems {
		add(row.status, row.code)
	}
	add(http.StatusConflict, "ambiguous")
	add(http.StatusInternalServerError, "internal")
	all.statuses = slices.Sorted(maps.Keys(all.byStatus))
	return all
}

// codeNames lists the codes of problems, each once.
func codeNames() (names []string) {
	for _, codes := range problemCodes().byStatus {
		names = append(names, codes...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func describeCodes(list []string) string {
	return "A problem, by its code:" + glossary.Of("problem").List(list...)
}

func statusKey(status int) string { return strconv.Itoa(status) }

// responseName is the name of a status among the responses: NotFound for 404.
func responseName(status int) string {
	return strings.ReplaceAll(http.StatusText(status), " ", "")
}
