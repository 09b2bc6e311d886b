// SPDX-License-Identifier: Apache-2.0
/* Speaks the module's generic netlink, well and badly. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mgcap.h"
#include "probe.h"

struct request {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	uint8_t attributes[66000];
};

struct answer {
	int error;		/* a positive errno, 0 for an acknowledgement */
	char message[256];	/* of the extended acknowledgement */
};

static int family, group;

static struct request *new_request(int type, int command, int flags)
{
	static struct request request;

	memset(&request.header, 0, sizeof(request.header));
	request.header.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	request.header.nlmsg_type = type;
	request.header.nlmsg_flags = NLM_F_REQUEST | flags;
	request.genl = (struct genlmsghdr){ .cmd = command, .version = MGCAP_GENL_VERSION };
	return &request;
}

static void put(struct request *request, int type, const void *data, size_t size)
{
	struct nlattr *attribute = (void *)request + request->header.nlmsg_len;

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + size;
	memset((void *)attribute + NLA_HDRLEN, 0, NLA_ALIGN(size));
	memcpy((void *)attribute + NLA_HDRLEN, data, size);
	request->header.nlmsg_len += NLA_ALIGN(attribute->nla_len);
}

static void put_u32(struct request *request, int type, uint32_t value)
{
	put(request, type, &value, sizeof(value));
}

static int netlink_socket(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), on = 1;

	/* A socket without an address of its own hears no events. */
	if (fd < 0 || bind(fd, (void *)&any, sizeof(any)))
		fail("netlink socket: %s", strerror(errno));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

static struct nlattr *find(void *at, int left, int type)
{
	while (left >= NLA_HDRLEN) {
		struct nlattr *attribute = at;

		if ((attribute->nla_type & NLA_TYPE_MASK) == type)
			return attribute;
		at += NLA_ALIGN(attribute->nla_len);
		left -= NLA_ALIGN(attribute->nla_len);
	}
	return NULL;
}

static void *value_of(struct nlattr *attribute)
{
	return (void *)attribute + NLA_HDRLEN;
}

typedef void (*message_reader)(struct nlmsghdr *message);

static struct answer talk(struct request *request, message_reader reader)
{
	static uint8_t buffer[1 << 17];
	struct answer answer = { 0 };
	int fd = netlink_socket();

	request->header.nlmsg_flags |= NLM_F_ACK;
	if (send(fd, request, request->header.nlmsg_len, 0) < 0)
		fail("netlink send: %s", strerror(errno));
	for (;;) {
		struct nlmsghdr *message = (void *)buffer;
		ssize_t size = recv(fd, buffer, sizeof(buffer), 0);

		if (size < 0)
			fail("netlink receive: %s", strerror(errno));
		for (; NLMSG_OK(message, size); message = NLMSG_NEXT(message, size)) {
			if (message->nlmsg_type == NLMSG_DONE) {
				close(fd);
				return answer;
			}
			if (message->nlmsg_type == NLMSG_ERROR) {
				struct nlmsgerr *error = NLMSG_DATA(message);
				struct nlattr *text = NULL;

				if (message->nlmsg_flags & NLM_F_ACK_TLVS)
					text = find(error + 1, message->nlmsg_len - NLMSG_HDRLEN -
						    sizeof(*error), NLMSGERR_ATTR_MSG);
				answer.error = -error->error;
				if (text)
					snprintf(answer.message, sizeof(answer.message), "%s",
						 (char *)value_of(text));
				close(fd);
				return answer;
			}
			if (reader)
				reader(message);
		}
	}
}

static struct nlattr *attribute_of(struct nlmsghdr *message, int type)
{
	return find(NLMSG_DATA(message) + GENL_HDRLEN,
		    message->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

static void read_family(struct nlmsghdr *message)
{
	struct nlattr *id = attribute_of(message, CTRL_ATTR_FAMILY_ID);
	struct nlattr *groups = attribute_of(message, CTRL_ATTR_MCAST_GROUPS);

	if (id)
		family = *(uint16_t *)value_of(id);
	if (groups) {
		struct nlattr *first = value_of(groups);
		struct nlattr *number = find(value_of(first), first->nla_len - NLA_HDRLEN,
					     CTRL_ATTR_MCAST_GRP_ID);

		group = *(uint32_t *)value_of(number);
	}
}

static void find_family(void)
{
	struct request *request = new_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	struct answer answer;

	put(request, CTRL_ATTR_FAMILY_NAME, MGCAP_GENL_NAME, sizeof(MGCAP_GENL_NAME));
	answer = talk(request, read_family);
	if (answer.error)
		fail("no family %s: %s", MGCAP_GENL_NAME, strerror(answer.error));
}

static const struct {
	int type;
	int size;
	const char *name;
} shown[] = {
	{ MGCAP_ATTR_EVENT, 4, "event" },
	{ MGCAP_ATTR_DEVICE, 4, "device" },
	{ MGCAP_ATTR_NAME, 0, "name" },
	{ MGCAP_ATTR_RING, 4, "ring" },
	{ MGCAP_ATTR_QUEUE, 4, "queue" },
	{ MGCAP_ATTR_CAPTURE_MODE, 4, "mode" },
	{ MGCAP_ATTR_SNAPLEN, 4, "snaplen" },
	{ MGCAP_ATTR_SLOTS, 4, "slots" },
	{ MGCAP_ATTR_SLOT_SIZE, 4, "slot_size" },
	{ MGCAP_ATTR_RINGS, 4, "rings" },
	{ MGCAP_ATTR_FILTER_LENGTH, 4, "filter" },
	{ MGCAP_ATTR_FILL, 4, "fill" },
	{ MGCAP_ATTR_RECEIVED, 8, "received" },
	{ MGCAP_ATTR_FILTERED, 8, "filtered" },
	{ MGCAP_ATTR_CAPTURED, 8, "captured" },
	{ MGCAP_ATTR_DROPPED, 8, "dropped" },
	{ MGCAP_ATTR_DROPPED_FULL, 8, "dropped_full" },
	{ MGCAP_ATTR_DROPPED_UNREADABLE, 8, "dropped_unreadable" },
	{ MGCAP_ATTR_CAPTURED_BYTES, 8, "captured_bytes" },
	{ MGCAP_ATTR_WIRE_BYTES, 8, "wire_bytes" },
};

static void show(struct nlmsghdr *message)
{
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct nlattr *attribute = attribute_of(message, shown[i].type);
		uint64_t number = 0;

		if (!attribute)
			continue;
		memcpy(&number, value_of(attribute), shown[i].size);
		if (shown[i].size)
			printf("%s=%llu ", shown[i].name, (unsigned long long)number);
		else
			printf("%s=%s ", shown[i].name, (char *)value_of(attribute));
	}
	printf("\n");
	fflush(stdout);
}

/* Frames of the EtherType that is given, or of all others with jf and jt exchanged. */
static void put_ethertype_filter(struct request *request, uint32_t ethertype, int others)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ethertype, others, !others),
		BPF_STMT(BPF_RET | BPF_K, 262144),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	put(request, MGCAP_ATTR_FILTER, filter, sizeof(filter));
}

static void put_setting(struct request *request, const char *setting)
{
	const char *value = strchr(setting, '=');

	if (!value)
		fail("settings are NAME=VALUE");
	value++;
	if (!strncmp(setting, "mode=", 5))
		put_u32(request, MGCAP_ATTR_CAPTURE_MODE, !strcmp(value, "drop") ?
			MGCAP_CAPTURE_MODE_DROP : MGCAP_CAPTURE_MODE_MIRROR);
	else if (!strncmp(setting, "snaplen=", 8))
		put_u32(request, MGCAP_ATTR_SNAPLEN, atoi(value));
	else if (!strncmp(setting, "slots=", 6))
		put_u32(request, MGCAP_ATTR_SLOTS, atoi(value));
	else if (!strcmp(setting, "filter=none"))
		put(request, MGCAP_ATTR_FILTER, "", 0);
	else if (!strncmp(setting, "filter=", 7))
		put_ethertype_filter(request, strtoul(value, NULL, 16), 0);
	else
		fail("no setting %s", setting);
}

static int listen_for_events(int count)
{
	static uint8_t buffer[1 << 16];
	int fd = netlink_socket();

	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		fail("can't join the group: %s", strerror(errno));
	printf("listening\n");
	fflush(stdout);
	while (count) {
		struct nlmsghdr *message = (void *)buffer;
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t size;

		if (poll(&wait, 1, 20000) <= 0)
			fail("%d events are missing", count);
		size = recv(fd, buffer, sizeof(buffer), 0);
		for (; NLMSG_OK(message, size); message = NLMSG_NEXT(message, size), count--)
			show(message);
	}
	return 0;
}

static int switch_modes(unsigned int index, int count)
{
	for (; count; count--) {
		struct request *request = new_request(family, MGCAP_CMD_SET_CAPTURE_MODE, 0);
		struct answer answer;

		put_u32(request, MGCAP_ATTR_DEVICE, index);
		put_u32(request, MGCAP_ATTR_CAPTURE_MODE, count % 2 ?
			MGCAP_CAPTURE_MODE_MIRROR : MGCAP_CAPTURE_MODE_DROP);
		answer = talk(request, NULL);
		if (answer.error)
			fail("%s: %s", strerror(answer.error), answer.message);
	}
	return 0;
}

static const struct {
	const char *name;
	int command;
	int flags;
} controls[] = {
	{ "start", MGCAP_CMD_START, 0 },
	{ "stop", MGCAP_CMD_STOP, 0 },
	{ "set", MGCAP_CMD_SET_CAPTURE_MODE, 0 },
	{ "filter", MGCAP_CMD_SET_FILTER, 0 },
	{ "get", MGCAP_CMD_GET, 0 },
	{ "dump", MGCAP_CMD_GET, NLM_F_DUMP },
	{ "rings", MGCAP_CMD_GET_RINGS, NLM_F_DUMP },
	{ "queues", MGCAP_CMD_GET_QUEUES, NLM_F_DUMP },
};

int control_command(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		fail("control start|stop|set|filter|get|dump|rings|queues [IF [NAME=VALUE …]], events COUNT or switch IF COUNT");
	find_family();
	if (!strcmp(argv[1], "events"))
		return listen_for_events(atoi(argv[2]));
	if (!strcmp(argv[1], "switch"))
		return switch_modes(index_of(argv[2]), atoi(argv[3]));

	for (i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		struct request *request;
		struct answer answer;
		int j;

		if (strcmp(argv[1], controls[i].name))
			continue;
		request = new_request(family, controls[i].command, controls[i].flags);
		if (argc > 2)
			put_u32(request, MGCAP_ATTR_DEVICE, index_of(argv[2]));
		for (j = 3; j < argc; j++)
			put_setting(request, argv[j]);
		answer = talk(request, show);
		if (answer.error)
			fail("%s: %s", strerror(answer.error), answer.message);
		return 0;
	}
	fail("no control %s", argv[1]);
}

static int refusals;

static void refused(const char *what, struct request *request, int wanted, const char *message)
{
	struct answer answer = talk(request, NULL);

	if (answer.error == wanted && strstr(answer.message, message))
		return;
	refusals++;
	printf("probe: %s: error %d \"%s\" instead of %d \"%s\"\n", what, answer.error,
	       answer.message, wanted, message);
}

/* A request with the device's attribute, one more of that type and bytes, or none for type 0. */
static struct request *with(int command, unsigned int index, int type, const void *data, size_t size)
{
	struct request *request = new_request(family, command, 0);

	if (index)
		put_u32(request, MGCAP_ATTR_DEVICE, index);
	if (type)
		put(request, type, data, size);
	return request;
}

static void refused_number(const char *what, int command, unsigned int index, int type,
			   uint32_t value, int wanted, const char *message)
{
	refused(what, with(command, index, type, &value, sizeof(value)), wanted, message);
}

static void refused_in_namespace(unsigned int index)
{
	int status;

	if (!fork()) {
		if (unshare(CLONE_NEWUSER))
			fail("no user namespace: %s", strerror(errno));
		refused("start in a user namespace", with(MGCAP_CMD_START, index, 0, NULL, 0),
			EPERM, "");
		exit(refusals);
	}
	wait(&status);
	refusals += status != 0;

	if (!fork()) {
		if (setuid(65534))
			fail("setuid: %s", strerror(errno));
		refused("start without rights", with(MGCAP_CMD_START, index, 0, NULL, 0),
			EPERM, "");
		exit(refusals);
	}
	wait(&status);
	refusals += status != 0;
}

/* No capture may run on the interface. */
int refused_command(int argc, char **argv)
{
	static const struct sock_filter endless[] = { BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12) };
	static uint8_t many[BPF_MAXINSNS * sizeof(struct sock_filter) + 8];
	struct request *request;
	unsigned int index;
	int command;

	if (argc < 2)
		fail("refused IF");
	index = index_of(argv[1]);
	find_family();

	for (command = MGCAP_CMD_START; command <= MGCAP_CMD_SET_FILTER; command++) {
		if (command == MGCAP_CMD_GET_RINGS)
			continue;
		refused("no device", with(command, 0, 0, NULL, 0), EINVAL, "no interface given");
		refused("short device", with(command, 0, MGCAP_ATTR_DEVICE, "abc", 3), EINVAL,
			"length");
		refused("empty device", with(command, 0, MGCAP_ATTR_DEVICE, "", 0), EINVAL,
			"length");
		refused("long device", with(command, 0, MGCAP_ATTR_DEVICE, "abcdefgh", 8), EINVAL,
			"length");
		refused_number("device 0", command, 0, MGCAP_ATTR_DEVICE, 0, ERANGE, "range");
		refused_number("an attribute of the answers", command, index, MGCAP_ATTR_RINGS, 1,
			       EINVAL, "attribute");
		refused_number("an attribute of nobody", command, index, 77, 1, EINVAL,
			       "attribute");
		request = with(command, index, 0, NULL, 0);
		memset((void *)request + request->header.nlmsg_len, 0xee, 3);
		request->header.nlmsg_len += 3;
		refused("bytes after the attributes", request, EINVAL, "bytes leftover");
	}
	for (command = MGCAP_CMD_START; command <= MGCAP_CMD_GET; command++) {
		uint32_t mode = MGCAP_CAPTURE_MODE_MIRROR;
		int type = command == MGCAP_CMD_SET_CAPTURE_MODE ? MGCAP_ATTR_CAPTURE_MODE : 0;

		request = with(command, 0x7ffffff0, type, &mode, sizeof(mode));
		refused("device that is none", request, ENODEV, "no interface has that index");
		request = with(command, 0xfffffff0, type, &mode, sizeof(mode));
		refused("device beyond all", request, ENODEV, "no interface has that index");
		if (command == MGCAP_CMD_START)
			continue;
		request = with(command, index, type, &mode, sizeof(mode));
		refused("device without capture", request, ENOENT, "no capture runs");
	}

	refused_number("mode 0", MGCAP_CMD_START, index, MGCAP_ATTR_CAPTURE_MODE, 0, ERANGE, "range");
	refused_number("mode 3", MGCAP_CMD_START, index, MGCAP_ATTR_CAPTURE_MODE, 3, ERANGE, "range");
	refused_number("mode 3", MGCAP_CMD_SET_CAPTURE_MODE, index, MGCAP_ATTR_CAPTURE_MODE, 3,
		       ERANGE, "range");
	refused_number("mode to stop", MGCAP_CMD_STOP, index, MGCAP_ATTR_CAPTURE_MODE, 1, EINVAL,
		       "attribute");
	refused("no mode", with(MGCAP_CMD_SET_CAPTURE_MODE, index, 0, NULL, 0), EINVAL,
		"no capture mode given");
	refused_number("snaplen 13", MGCAP_CMD_START, index, MGCAP_ATTR_SNAPLEN, 13, ERANGE, "range");
	refused_number("snaplen 262145", MGCAP_CMD_START, index, MGCAP_ATTR_SNAPLEN, 262145, ERANGE,
		       "range");
	refused_number("slots 32", MGCAP_CMD_START, index, MGCAP_ATTR_SLOTS, 32, ERANGE, "range");
	refused_number("slots 100", MGCAP_CMD_START, index, MGCAP_ATTR_SLOTS, 100, EINVAL,
		       "power of two");
	refused_number("slots 2^23", MGCAP_CMD_START, index, MGCAP_ATTR_SLOTS, 1 << 23, ERANGE,
		       "range");
	request = with(MGCAP_CMD_START, index, 0, NULL, 0);
	put_u32(request, MGCAP_ATTR_SLOTS, MGCAP_SLOTS_MAX);
	put_u32(request, MGCAP_ATTR_SNAPLEN, MGCAP_SNAPLEN_MAX);
	refused("rings beyond the memory", request, ENOMEM, "quarter of the memory");
	refused("filter of 7 bytes", with(MGCAP_CMD_START, index, MGCAP_ATTR_FILTER, many, 7),
		EINVAL, "whole instructions");
	refused("filter without an end", with(MGCAP_CMD_START, index, MGCAP_ATTR_FILTER, endless,
					      sizeof(endless)), EINVAL, "refuses the filter");
	refused("filter too long", with(MGCAP_CMD_START, index, MGCAP_ATTR_FILTER, many,
					sizeof(many)), ERANGE, "");
	refused("no filter", with(MGCAP_CMD_SET_FILTER, index, 0, NULL, 0), EINVAL,
		"no filter given");
	refused("unknown command", with(99, index, 0, NULL, 0), EOPNOTSUPP, "");
	refused_in_namespace(index);

	/* And a refused request has changed nothing. */
	if (talk(with(MGCAP_CMD_GET, index, 0, NULL, 0), NULL).error != ENOENT)
		fail("a refused request started a capture");
	return refusals != 0;
}

static uint32_t random_number(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

/* Mostly attributes that exist, of about the right size, so that much gets past the first check. */
static void put_random(struct request *request, uint64_t *state, unsigned int index)
{
	static const uint32_t values[] = { 0, 1, 2, 3, 13, 14, 63, 64, 96, 128, 1024, 4096, 262144, ~0u };
	uint32_t what = random_number(state) % 16, i;
	uint32_t bytes[64];

	if (what < 6) {
		put_u32(request, MGCAP_ATTR_DEVICE, index);
	} else if (what < 12) {
		put_u32(request, random_number(state) % (MGCAP_ATTR_MAX + 3),
			values[random_number(state) % (sizeof(values) / sizeof(values[0]))]);
	} else if (what < 14) {
		put_ethertype_filter(request, random_number(state) % 65536, random_number(state) % 2);
	} else {
		for (i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
			bytes[i] = random_number(state);
		put(request, random_number(state), bytes, random_number(state) % sizeof(bytes));
	}
}

static int fuzz_device(const char *device, uint64_t *state)
{
	static uint8_t buffer[1 << 16];
	struct mgcap_advance advance;
	int fd = open(device, O_RDONLY | O_NONBLOCK), i;
	void *mapping;
	size_t size;

	if (fd < 0)
		return 0;
	for (i = 0; i < 8; i++) {
		advance.ring = random_number(state) % 4;
		advance.from = random_number(state) % 2 ? 0 : random_number(state);
		advance.count = random_number(state) % 200;
		ioctl(fd, MGCAP_IOC_ADVANCE, &advance);
		ioctl(fd, random_number(state), random_number(state));
		if (read(fd, buffer, random_number(state) % sizeof(buffer)) < 0 &&
		    errno != EAGAIN && errno != EINVAL)
			fail("read: %s", strerror(errno));
		size = 4096 << random_number(state) % 12;
		mapping = mmap(NULL, size, PROT_READ, MAP_SHARED, fd,
			       4096ull * (random_number(state) % 64));
		if (mapping != MAP_FAILED) {
			(void)*(volatile uint32_t *)mapping;
			munmap(mapping, size);
		}
	}
	close(fd);
	return 1;
}

/* Random requests and calls; that the kernel lives is what is looked for. */
int fuzz_command(int argc, char **argv)
{
	uint64_t state = time(NULL) ^ (uint64_t)getpid() << 32;
	unsigned int index, attributes;
	long requests = 0, accepted = 0, opened = 0;
	time_t end;
	char device[64];

	if (argc < 3)
		fail("fuzz IF SECONDS [SEED]");
	if (argc > 3)
		state = strtoull(argv[3], NULL, 0);
	printf("seed %llu\n", (unsigned long long)state);
	fflush(stdout);
	index = index_of(argv[1]);
	snprintf(device, sizeof(device), "/dev/mgcap/%s", argv[1]);
	find_family();

	for (end = time(NULL) + atoi(argv[2]); time(NULL) < end; requests++) {
		struct request *request =
			new_request(family, random_number(&state) % 9,
				    random_number(&state) % 4 ? 0 : NLM_F_DUMP);

		for (attributes = random_number(&state) % 5; attributes; attributes--)
			put_random(request, &state, index);
		accepted += !talk(request, NULL).error;
		if (random_number(&state) % 4 == 0)
			opened += fuzz_device(device, &state);
	}
	printf("# %ld requests, %ld accepted, device opened %ld times\n", requests, accepted, opened);
	return !accepted || !opened;
}
