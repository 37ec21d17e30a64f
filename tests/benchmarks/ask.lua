-- For wrk: asks for the addresses of a file in turn, and counts what the answers say.
-- A line is an address, and behind a tab the tag of the page that the reader has.

local server

function setup(thread)
   server = thread
end

function init(arguments)
   asked, at, hits, unchanged, wrong = {}, 0, 0, 0, 0
   for line in io.lines(arguments[1]) do
      local address, tag = line:match("([^\t]*)\t?(.*)")
      local headers = { ["Accept-Encoding"] = "br" }
      if tag ~= "" then
         headers["If-None-Match"] = tag
      end
      asked[#asked + 1] = wrk.format("GET", address, headers)
   end
end

function request()
   at = at % #asked + 1
   return asked[at]
end

function response(status, headers)
   if status == 304 then
      unchanged = unchanged + 1
   elseif status ~= 200 then
      wrong = wrong + 1
   elseif headers["Cache-Status"] then
      hits = hits + 1
   end
end

function done(summary, latency)
   local failed = summary.errors
   io.write(string.format(
      '{"answers": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "hits": %d, "unchanged": %d, "errors": %d}\n',
      summary.requests, summary.duration / 1e6,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      server:get("hits"), server:get("unchanged"),
      server:get("wrong") + failed.connect + failed.read + failed.write + failed.timeout
   ))
end
