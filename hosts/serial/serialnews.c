#include "serialnews.h"

#define kTold (0x80000000u)

static uint32_t load(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static uint32_t exchange(uint32_t *word, uint32_t value)
{
	return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

void serialNewsInit(SerialNews news, SerialTell tell, void *refcon)
{
	news->tell = tell;
	news->refcon = refcon;
	news->raised = news->wanted = news->overruns = 0;
}

void serialNewsRaise(SerialNews news, uint32_t facts)
{
	(void)__atomic_fetch_or(&news->raised, facts, __ATOMIC_SEQ_CST);
}

void serialNewsOverrun(SerialNews news, uint32_t count)
{
	if (!count)
		return;
	(void)__atomic_fetch_add(&news->overruns, count, __ATOMIC_SEQ_CST);
	serialNewsRaise(news, kSerialOverrun);
}

/* First the wish is taken, then the ring looked at: who writes in between wishes anew, after that. */
void serialNewsRoom(SerialNews news, const SerialRingRecord *transmit)
{
	if (!load(&news->wanted) || !exchange(&news->wanted, 0))
		return;
	if (serialRingRoom(transmit) >= (transmit->size + 1) / 2)
		serialNewsRaise(news, kSerialWritable);
	else
		serialNewsWantRoom(news);
}

int serialNewsTell(SerialNews news)
{
	uint32_t raised = load(&news->raised);
	if (!raised || (raised & kTold))
		return 1;
	serialNewsRaise(news, kTold);
	if (news->tell(news->refcon))
		return 1;
	(void)__atomic_fetch_and(&news->raised, ~kTold, __ATOMIC_SEQ_CST);
	return 0;
}

uint32_t serialNewsTake(SerialNews news)
{
	return exchange(&news->raised, 0) & ~kTold;
}

void serialNewsWantRoom(SerialNews news)
{
	(void)exchange(&news->wanted, 1);
}

uint32_t serialNewsOverruns(const SerialNewsRecord *news)
{
	return load(&news->overruns);
}
