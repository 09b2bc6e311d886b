# The console in a container. Build and run it:
#
#   docker build -t mgcap .
#   docker run --rm --network host --cap-add NET_RAW --cap-add NET_ADMIN --cap-add BPF --cap-add PERFMON \
#     -v mgcap:/var/lib/mgcap mgcap
#
# --network host shows it the host's interfaces; without it there is only the container's own.
# The programs that dissect packets are confined as far as these capabilities allow; "sandbox" in /api/system lists what holds.
# NET_RAW opens packet sockets, NET_ADMIN, BPF and PERFMON load and attach the programs of the xdp engine.
# With --network host its address is the host's loopback address: root there is let in, others by a token (docker exec … mgcap token add NAME).
# To listen to other machines give it a certificate, a token and the name that they use:
# -e Urls=https://0.0.0.0:5080 -e AllowedHosts=capture-host -e Kestrel__Certificates__Default__Path=… -e Kestrel__Certificates__Default__KeyPath=…
# The command line: docker run … --entrypoint mgcap mgcap dump -i eth0 -w - | wireshark -k -i -

# There are no Debian images of .NET 10: Ubuntu 24.04 (noble) is the one with apt and the same C library.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /src
# They compile the programs of the xdp engine.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends clang libbpf-dev linux-libc-dev
COPY . .
RUN dotnet publish src/MgCap.Cli -c Release --no-self-contained -o /publish/cli \
 && dotnet publish src/MgCap.Web -c Release --no-self-contained -o /publish/console

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
# libpcap compiles capture filters, netbase has the names of ports in them, libbpf loads programs into the kernel, curl asks after the console's health, and
# wireshark-common has sharkd, which dissects packets for the browser; tshark runs display filters.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends curl libbpf1 libpcap0.8t64 netbase tshark wireshark-common \
 && rm -rf /var/lib/apt/lists/*
COPY LICENSE /opt/mgcap/
COPY --from=build /publish /opt/mgcap
RUN ln -s /opt/mgcap/cli/mgcap /usr/local/bin/mgcap \
 && ln -s mgcap /usr/local/bin/mgdump \
 && ln -s mgcap /usr/local/bin/mgcap_hwtstamp_config \
 && install -d -m 0750 /var/lib/mgcap

# Urls, not ASPNETCORE_URLS: appsettings.json outranks that one. The base image's own port would only earn a warning.
ENV Urls=http://127.0.0.1:5080 ASPNETCORE_HTTP_PORTS= MgCap__DataDirectory=/var/lib/mgcap
EXPOSE 5080
VOLUME /var/lib/mgcap
WORKDIR /opt/mgcap/console
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD curl -fsSk -o /dev/null "${Urls%%:*}://127.0.0.1:${Urls##*:}/healthz"
ENTRYPOINT ["dotnet", "MgCap.Web.dll"]
