// SPDX-License-Identifier: Apache-2.0
/* A packet handed in by a tun device has no MAC header: the record starts with the IP header. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mgcap.h"
#include "probe.h"

int tun_command(int argc, char **argv)
{
	static const uint8_t packet[] = {
		0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 10, 8, 0, 2, 10, 8, 0, 1,
		0x12, 0x34, 0x56, 0x78, 0, 8, 0, 0,
	};
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	const struct mgcap_record_tail *tail;
	const struct mgcap_record *record;
	uint8_t slot[128];
	int tun, device;

	if (argc < 3)
		fail("tun IF DEVICE");
	strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
	tun = open("/dev/net/tun", O_RDWR);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &request))
		fail("tun %s: %s", argv[1], strerror(errno));
	device = open(argv[2], O_RDONLY);
	if (device < 0)
		fail("%s: %s", argv[2], strerror(errno));
	if (write(tun, packet, sizeof(packet)) != sizeof(packet))
		fail("write to %s: %s", argv[1], strerror(errno));
	if (read(device, slot, sizeof(slot)) != sizeof(slot))
		fail("read of %s: %s", argv[2], strerror(errno));

	record = (void *)slot;
	tail = (void *)(slot + sizeof(slot) - sizeof(*tail));
	if (record->length != sizeof(packet) || tail->caplen != sizeof(packet))
		fail("length %u, captured %u", record->length, tail->caplen);
	if (!(tail->flags & MGCAP_RECORD_NO_MAC))
		fail("flags %x", tail->flags);
	if (memcmp(slot + sizeof(*record), packet, sizeof(packet)))
		fail("bytes differ");
	return 0;
}
